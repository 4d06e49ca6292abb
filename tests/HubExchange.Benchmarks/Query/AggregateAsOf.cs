using Google.Protobuf.WellKnownTypes;
using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How much longer than the current one does an aggregate as of a moment take: between the two years, when every record of the second
/// was still to come, and after both? Records and their staff by unit and zone, with 2 million versions stored.
/// </summary>
internal sealed class AggregateAsOf : IBenchmark
{
    public string Name => "query.asof";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var (calls, sql) = (bench.Options.IsQuick ? 3 : 10, QueryShape.WithPlaces("AggregateAsOf"));

        // Everything holds from the day it was reported; a later day leaves none out, and so it is the instant that decides.
        var later = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(7);
        var earlier = Moment(city.BetweenYears, later);
        var latest = Moment(await city.DataSource.ScalarAsync<DateTime>("select clock_timestamp()", cancellationToken), later);
        QueryShape.EnsureSame(
            Name,
            await AggregateWhileWriting.OneAsync(city, earlier, cancellationToken),
            AggregateWhileWriting.RowsOf(await city.DataSource.RowsAsync(sql, cancellationToken, city.BetweenYears, later)));
        var (past, recent, current, plain) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < bench.Options.Runs; run++)
        {
            current.Add(await MedianAsync(() => AggregateWhileWriting.OneAsync(city, Sum(), cancellationToken)));
            past.Add(await MedianAsync(() => AggregateWhileWriting.OneAsync(city, earlier, cancellationToken)));
            recent.Add(await MedianAsync(() => AggregateWhileWriting.OneAsync(city, latest, cancellationToken)));
            plain.Add(await MedianAsync(() => city.DataSource.RowsAsync(sql, cancellationToken, city.BetweenYears, later)));
        }

        return
        [
            new Measurement(Name, "汇总,截至两年之间的时刻", "aggregate as of an instant between the years", "ms", past)
            {
                Target = Target.RatioAtMost(3), Peer = "the current one", PeerValues = current,
            },
            new Measurement($"{Name}.latest", "同上,截至两年之后", "the same, as of an instant after both", "ms", recent)
            {
                Target = Target.RatioAtMost(3), Peer = "the current one", PeerValues = current,
            },
            new Measurement($"{Name}.sql", "截至两年之间,与手写 SQL 相比", "between the years, against SQL", "ms", past)
            {
                Peer = QueryShape.Peer, PeerValues = plain,
            },
        ];

        async Task<double> MedianAsync(Func<Task> call) => Statistics.Median(await Pace.TimeAsync(calls, _ => call()));
    }

    // A mere count of what is current has been counted before; that would be no comparison.
    private static AggregateRecordsRequest Sum() => new()
    {
        Measures = { new Measure { Id = "staff", Function = MeasureFunction.Sum, Field = "staff_total" } },
    };

    private static AggregateRecordsRequest Moment(DateTime instant, DateOnly day) => new()
    {
        Measures = { Sum().Measures },
        RecordedAsOf = Timestamp.FromDateTime(instant),
        EffectiveOn = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
    };
}
