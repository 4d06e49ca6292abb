using System.Runtime.InteropServices;
using HubExchange.Benchmarks;
using HubExchange.Benchmarks.Ingest;
using HubExchange.Benchmarks.Query;
using HubExchange.Benchmarks.Reconciliation;
using HubExchange.Benchmarks.Watch;

IBenchmark[] all =
[
    new NewRecordsAgainstReplication(),
    new NewRecordsAgainstCopy(),
    new UpdatesAgainstReplication(),
    new UnchangedRecords(),
    new SingleRecordLatency(),
    new SteadyLoadLatency(),
    new NewRecordsAgainstJsonEndpoint(),
    new NewRecordsAgainstEtcd(),
    new NewRecordsAgainstNats(),
    new MemoryOfManyStreams(),
    new LongLine(),
    new ManyRecordsStored(),
    new ProcessorTimePerStep(),
    new SingleRecord(),
    new OrganizationProfile(),
    new SelectiveList(),
    new LayoutCounts(),
    new AggregateAsOf(),
    new Scorecard(),
    new CompiledSql(),
    new TenTimesTheRecords(),
    new MillionRowsExported(),
    new SketchCosts(),
    new IngestWithSketches(),
    new WatchLatency(),
    new WatchCost(),
    new WatchMemory(),
    new FeedReading(),
    new WatchCatchUp(),

    // Last, because it adds records.
    new AggregateWhileWriting(),
];

if (BenchmarkOptions.Parse(args, all) is not { } options)
{
    BenchmarkOptions.PrintUsage(all);
    return 2;
}

using var cancellation = new CancellationTokenSource();

// However it is asked to end, processes and folders are cleared away first.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var report = new Report();
try
{
    Report.Begin(options);
    await using var bench = new Bench(options);
    foreach (var benchmark in options.Chosen)
    {
        if (benchmark.NeedsFull && !options.IsFull)
        {
            Report.Skip(benchmark.Name, "只在 --full 时运行", "runs with --full only");
            continue;
        }

        await report.RunAsync(benchmark, bench, cancellation.Token);
    }
}
catch (Exception) when (cancellation.IsCancellationRequested)
{
    Console.Error.WriteLine("已中止。 Interrupted.");
    return 130;
}

report.End();
if (options.JsonFile is { } file)
{
    await report.WriteJsonAsync(file);
}

return report.AllMet ? 0 : 1;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    cancellation.Cancel();
}
