using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How long does an aggregate over all organisations by unit and zone take while 10,000 new records arrive each second (4 streams, 100
/// records a frame), with 2 million versions stored?
/// </summary>
internal sealed class AggregateWhileWriting : IBenchmark
{
    private const int RecordsPerSecond = 10_000;
    private const int FrameSize = 100;
    private const int Streams = 4;

    public string Name => "query.aggregate";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var sql = QueryShape.WithPlaces("Aggregate");
        QueryShape.EnsureSame(Name, await OneAsync(city, new(), cancellationToken), RowsOf(await city.DataSource.RowsAsync(sql, cancellationToken)));
        var (ours, peers, stored) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            var (hub, rate) = await UnderLoadAsync(bench, city, () => OneAsync(city, new(), cancellationToken), cancellationToken);
            var (plain, _) = await UnderLoadAsync(bench, city, () => city.DataSource.RowsAsync(sql, cancellationToken), cancellationToken);
            ours.Add(Statistics.Percentile(hub, 99));
            peers.Add(Statistics.Percentile(plain, 99));
            stored.Add(rate);
        }

        return
        [
            new Measurement(Name, "每秒写入 10,000 条时,全市按单位×园区汇总,p99", "whole city by unit and zone, 10,000 records/s arriving, p99", "ms", ours)
            {
                Target = Target.Below(60), Peer = $"{QueryShape.Peer}, same load", PeerValues = peers,
            },
            new Measurement($"{Name}.load", "同时写入", "stored meanwhile", "records/s", stored),
        ];
    }

    /// <summary>The groups as text.</summary>
    /// <param name="city">The city.</param>
    /// <param name="moment">Request that gives the moment.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<List<string>> OneAsync(FilledCity city, AggregateRecordsRequest moment, CancellationToken cancellationToken)
    {
        var request = QueryShape.UnitByZone();
        request.MergeFrom(moment);
        var answer = await new AggregateService.AggregateServiceClient(city.Bureau).AggregateRecordsAsync(request, cancellationToken: cancellationToken);
        return [.. answer.Rows.Select(row => string.Join(' ', row.Groups.Select(group => group.Value).Append(row.Values[0].Value)))];
    }

    /// <summary>The groups as text.</summary>
    public static IEnumerable<string> RowsOf(List<object[]> rows) => rows.Select(row => $"{row[0] as string} {row[1] as string} {row[2]}");

    private static async Task<(List<double> Milliseconds, double Rate)> UnderLoadAsync(
        Bench bench, FilledCity city, Func<Task> call, CancellationToken cancellationToken)
    {
        var count = RecordsPerSecond * (bench.Options.IsQuick ? 2 : 10);
        var frames = Frames.Of(Organizations.NewBatch(), 0, count, Streams, FrameSize);
        var pushing = city.Hub.PushAsync(frames, cancellationToken, interval: TimeSpan.FromSeconds((double)FrameSize * Streams / RecordsPerSecond));
        var milliseconds = new List<double>();
        while (!pushing.IsCompleted)
        {
            milliseconds.AddRange(await Pace.TimeAsync(1, _ => call()));
        }

        return (milliseconds, (await pushing).StoredPerSecond(count));
    }
}
