using Grpc.Core;
using Grpc.Core.Interceptors;
using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How fast does a file of a million records leave the hub, as CSV and as XLSX, and by how much does its memory grow meanwhile beyond
/// what it had before?
/// </summary>
internal sealed class MillionRowsExported : IBenchmark
{
    // Streams of the load, one connection each.
    private const int Streams = 4;
    private const int FrameSize = 500;

    public string Name => "query.export";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var count = bench.Options.IsQuick ? 20_000 : 1_000_000;
        await using var hub = await HubUnderTest.StartAsync(cancellationToken);
        await hub.PushAsync(Frames.Of(Organizations.NewBatch(), 0, count, Streams, FrameSize), cancellationToken);
        await hub.CheckpointAsync(cancellationToken);
        var token = await hub.BureauTokenAsync(cancellationToken);
        using var channel = hub.Connect();
        var bureau = channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {token}");
            return headers;
        });
        return
        [
            .. await MeasureAsync(ExportFormat.Csv, "csv"),
            .. await MeasureAsync(ExportFormat.Xlsx, "xlsx"),
        ];

        async Task<IReadOnlyList<Measurement>> MeasureAsync(ExportFormat format, string name)
        {
            var (rate, grown) = (new List<double>(), new List<double>());
            for (var run = 0; run < bench.Options.Runs; run++)
            {
                var before = ProcessFigures.HubMegabytes(hub, "VmRSS");
                ProcessFigures.ForgetPeak(hub);
                var milliseconds = await Pace.TimeAsync(1, _ => ExportAsync(bureau, format, count, cancellationToken));
                rate.Add(count * 1_000 / milliseconds[0]);
                grown.Add(ProcessFigures.HubMegabytes(hub, "VmHWM") - before);
            }

            return
            [
                new Measurement($"{Name}.{name}", $"导出 {count:N0} 条为 {name}", $"{count:N0} records exported as {name}", "records/s", rate),
                new Measurement($"{Name}.{name}.memory", "同上,枢纽内存的增长", "the same, growth of the hub's memory", "MB", grown) { Target = Target.Below(200) },
            ];
        }
    }

    private static async Task ExportAsync(
        CallInvoker bureau, ExportFormat format, int count, CancellationToken cancellationToken)
    {
        using var call = new ExportService.ExportServiceClient(bureau).ExportRecords(
            new ExportRecordsRequest { Type = QueryShape.Organization, Format = format }, cancellationToken: cancellationToken);
        var status = new ExportStatus();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            foreach (var extension in chunk.Extensions)
            {
                status = extension.Unpack<ExportStatus>();
            }
        }

        if (status.Rows < count || !status.Complete)
        {
            throw new InvalidOperationException($"Exported {status.Rows} of {count} records.");
        }
    }
}
