using Google.Protobuf.WellKnownTypes;
using HubExchange.Benchmarks.Load;
using HubExchange.Mechanism.V1;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How long do all indicators for the city and all units take, as of an instant between the two years, in a city of 200,000 versions and
/// with 2 million? There is no peer: nobody writes 90 indicators by hand.
/// </summary>
internal sealed class Scorecard : IBenchmark
{
    private const int PlanYear = 2021;
    private const int Indicators = 90;
    private const int Units = 7;
    private const int ByUnit = 60;

    public string Name => "query.scorecard";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var small = await TimeAsync(bench, await bench.CityAsync(cancellationToken), cancellationToken);
        var large = await TimeAsync(bench, await bench.LargeCityAsync(cancellationToken), cancellationToken);
        return
        [
            new Measurement(Name, "90 项指标 × 全部单位,市级规模", "90 indicators for all units, scale of a city", "s", small) { Target = Target.Below(3) },
            new Measurement($"{Name}.large", "同上,200 万个版本", "the same, 2 million versions", "s", large) { Target = Target.Below(30) },
        ];
    }

    private static async Task<List<double>> TimeAsync(Bench bench, FilledCity city, CancellationToken cancellationToken)
    {
        var request = new GetScorecardRequest
        {
            PlanYear = PlanYear,
            RecordedAsOf = Timestamp.FromDateTime(city.BetweenYears),
            EffectiveOn = "2021-09-30",
        };
        var seconds = new List<double>();
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var milliseconds = await Pace.TimeAsync(1, async _ =>
            {
                var answer = await new IndicatorService.IndicatorServiceClient(city.Bureau).GetScorecardAsync(request, cancellationToken: cancellationToken);
                // What is made of figures of the whole city has no units.
                var byUnit = answer.Rows.Count(row => row.Units.Count >= Units);
                if (answer.Rows.Count != Indicators || byUnit < ByUnit)
                {
                    throw new InvalidOperationException($"The scorecard has {answer.Rows.Count} rows, {byUnit} of them by unit.");
                }
            });
            if (run >= 0)
            {
                seconds.Add(milliseconds[0] / 1_000);
            }
        }

        return seconds;
    }
}
