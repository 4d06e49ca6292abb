using Google.Protobuf;
using HubExchange.Benchmarks.Load;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Validation;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Benchmarks.Ingest;

/// <summary>
/// How much processor time, and how much memory to collect later, does each step take that the hub goes through with a record before
/// the database? In this process and on one thread; TLS, gRPC and the driver are not in it.
/// </summary>
internal sealed class ProcessorTimePerStep : IBenchmark
{
    private const int Records = 20_000;

    // The code is compiled again, better, when it has been used for a while.
    private const int WarmUps = 10;

    private static readonly EntityType Type = CityEntityTypes.All.Of<Organization>();

    private static readonly EntityColumn[] Columns = [.. Type.Fields.Select(field => new EntityColumn(field))];

    private readonly RecordValidator _validator = new(new DivisionList(
        Organizations.AllDivisions.Select(code => new DivisionEntry(code, code))));

    private byte[] _bytes = [];
    private PushFrame _frame = new();
    private IMessage[] _records = [];

    private sealed record Step(string Name, string Zh, string En, Action Run)
    {
        public double[] Nanoseconds { get; init; } = [];

        public double[] Bytes { get; init; } = [];
    }

    public string Name => "ingest.cpu";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var runs = bench.Options.Runs;
        var frames = Frames.Of(Organizations.NewBatch(), 0, Records, 1, IngestShape.FrameSize)[0];
        var steps = Steps().Select(step => step with { Nanoseconds = new double[runs], Bytes = new double[runs] }).ToList();
        for (var run = -WarmUps; run < runs; run++)
        {
            foreach (var frame in frames)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _bytes = frame;
                steps.ForEach(step => Measure(step, run));
            }

            await Task.Yield();
        }

        return
        [
            .. steps.SelectMany(Measurements),
            Sum("sum", "各步合计", "all steps", "ns", step => step.Nanoseconds),
            Sum("sum.allocated", "各步合计,分配的内存", "all steps, memory allocated", "bytes", step => step.Bytes),
        ];

        Measurement Sum(string name, string zh, string en, string unit, Func<Step, double[]> values) => new(
            $"{Name}.{name}", zh, en, unit, [.. Enumerable.Range(0, runs).Select(run => steps.Sum(step => values(step)[run]))]);
    }

    private static void Measure(Step step, int run)
    {
        var (time, bytes) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
        step.Run();
        if (run >= 0)
        {
            step.Bytes[run] += (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)Records;
            step.Nanoseconds[run] += (Environment.CpuUsage.TotalTime - time).TotalNanoseconds / Records;
        }
    }

    private IEnumerable<Measurement> Measurements(Step step) =>
    [
        new($"{Name}.{step.Name}", step.Zh, step.En, "ns", step.Nanoseconds),
        new($"{Name}.{step.Name}.allocated", $"{step.Zh},分配的内存", $"{step.En}, memory allocated", "bytes", step.Bytes),
    ];

    private Step[] Steps() =>
    [
        new("frame", "解析帧", "read the frame", () => _frame = PushRequest.Parser.ParseFrom(_bytes).Frame),
        new("digest", "帧摘要", "digest of the frame", () => FrameDigest.Of(_frame)),
        new("parse", "解析记录", "parse the record", () => _records = [.. _frame.Changes.Select(change => Type.Parse(change.Record))]),
        new("normalize", "规范化", "normalise", () => Array.ForEach(_records, record => RecordNormalizer.Normalize(Type, record))),
        new("key", "主键", "key", () => Array.ForEach(_records, record => Type.KeyOf(record))),
        new("hash", "记录散列", "record hash", () => Array.ForEach(_records, record => RecordHash.Compute(Type, record))),
        new("validate", "校验", "validate", () => Array.ForEach(_records, record => _validator.Validate(Type, record))),
        new("columns", "各列数组", "arrays of the columns", () => Array.ForEach(Columns, column => column.BatchParameter(_records))),
    ];
}
