using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HubExchange.Benchmarks;

/// <summary>Prints figures as they come and keeps them for the JSON file.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly List<Measurement> _measurements = [];
    private bool _hasFailed;

    /// <summary>Every benchmark ran and every target was reached.</summary>
    public bool AllMet => !_hasFailed && _measurements.All(measurement => measurement.IsMet is not false);

    public static void Begin(BenchmarkOptions options)
    {
        Say($"每项 {options.Runs} 次取中位数;客户端、枢纽、PostgreSQL 共用本机 {Environment.ProcessorCount} 个处理器核。");
        Say($"Median of {options.Runs} runs; client, hub and PostgreSQL share the {Environment.ProcessorCount} cores of this machine.");
        if (options.IsQuick)
        {
            Say("--quick:仅为冒烟测试,数字不作引用。 A smoke test; its figures are not to be quoted.");
        }
    }

    public async Task RunAsync(IBenchmark benchmark, Bench bench, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var measurement in await benchmark.RunAsync(bench, cancellationToken))
            {
                _measurements.Add(measurement);
                Print(measurement);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _hasFailed = true;
            Say("");
            Say($"{benchmark.Name}: 失败 failed: {exception}");
        }
    }

    public static void Skip(string name, string zh, string en) => Say($"\n{name}: {zh}。 Skipped: {en}.");

    public void End()
    {
        var judged = _measurements.Where(measurement => measurement.IsMet is not null).ToList();
        Say("");
        Say($"达到目标 Targets met: {judged.Count(measurement => measurement.IsMet is true)} / {judged.Count}");
    }

    public Task WriteJsonAsync(string file) => File.WriteAllTextAsync(
        file,
        JsonSerializer.Serialize(
            _measurements.Select(measurement => new
            {
                measurement.Name,
                Value = Round(measurement.Value),
                measurement.Unit,
                Target = measurement.Target?.ToString(),
                Met = measurement.IsMet,
                measurement.Peer,
                PeerValue = Round(measurement.PeerValue),
                Ratio = Round(measurement.Ratio),
                Min = Round(measurement.Values.Min()),
                Max = Round(measurement.Values.Max()),
                RatioMin = Round(measurement.PeerValues.Count == 0 ? null : measurement.Ratios.Min()),
                RatioMax = Round(measurement.PeerValues.Count == 0 ? null : measurement.Ratios.Max()),
                Runs = measurement.Values.Count,
                Text = $"{measurement.Zh} {measurement.En}",
            }),
            Json) + "\n");

    private static void Print(Measurement measurement)
    {
        var mark = measurement.IsMet switch { true => "达标 met", false => "未达标 MISSED", null => "" };
        Say("");
        Say($"{measurement.Name}  {measurement.Zh}  {measurement.En}");
        Say($"  枢纽 hub   {Span(measurement.Values)} {measurement.Unit}");
        if (measurement.Peer is { } peer)
        {
            Say($"  对照 peer  {Span(measurement.PeerValues)} {measurement.Unit}  {peer}");
            Say($"  比 ratio   {Span([.. measurement.Ratios])}");
        }

        if (measurement.Target is { } target)
        {
            Say($"  目标 target {target}  {mark}");
        }
    }

    private static string Span(IReadOnlyList<double> values) =>
        $"{Show(Statistics.Median(values))}  ({Show(values.Min())} – {Show(values.Max())})";

    private static string Show(double value) => value.ToString(
        Math.Abs(value) switch { >= 1_000 => "#,##0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    // JSON has no infinity.
    private static double? Round(double? value) => value is { } known && double.IsFinite(known) ? Math.Round(known, 3) : null;

    private static void Say(string line) => Console.WriteLine(line);
}
