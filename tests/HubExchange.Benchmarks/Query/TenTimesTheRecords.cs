using HubExchange.Benchmarks.Load;

namespace HubExchange.Benchmarks.Query;

/// <summary>By how much does the median of a Get, a selective List and the layout grow from 200,000 versions to 2 million?</summary>
internal sealed class TenTimesTheRecords : IBenchmark
{
    private const string Peer = "a tenth of the records";

    public string Name => "query.growth";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var (small, large) = (await bench.CityAsync(cancellationToken), await bench.LargeCityAsync(cancellationToken));
        var (rareInSmall, rareInLarge) = (await QueryShape.SelectiveAsync(small, cancellationToken), await QueryShape.SelectiveAsync(large, cancellationToken));
        var calls = bench.Options.IsQuick ? 50 : 500;
        return
        [
            await MeasureAsync("get", "按主键取一条", "one record by its key", calls, (city, call) => SingleRecord.OneAsync(city, call, cancellationToken)),
            await MeasureAsync(
                "list",
                "有选择性的筛选,一页",
                "selective filter, one page",
                calls,
                (city, call) => SelectiveList.OneAsync(city, city == large ? rareInLarge : rareInSmall, call, cancellationToken)),
            await MeasureAsync("layout", "四区N园及全部计数", "layout with all counts", calls / 10, (city, _) => LayoutCounts.OneAsync(city, cancellationToken)),
        ];

        async Task<Measurement> MeasureAsync(string what, string zh, string en, int count, Func<FilledCity, int, Task> call)
        {
            var (few, many) = (new List<double>(), new List<double>());
            for (var run = -1; run < bench.Options.Runs; run++)
            {
                var one = Statistics.Median(await Pace.TimeAsync(count, number => call(small, number)));
                var ten = Statistics.Median(await Pace.TimeAsync(count, number => call(large, number)));
                if (run >= 0)
                {
                    few.Add(one);
                    many.Add(ten);
                }
            }

            return new Measurement($"{Name}.{what}", $"十倍记录:{zh}", $"ten times the records: {en}", "ms", many)
            {
                Target = Target.RatioBelow(2),
                Peer = Peer,
                PeerValues = few,
            };
        }
    }
}
