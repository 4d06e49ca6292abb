using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>How long does everything about one organisation take over gRPC and TLS, with 2 million versions stored?</summary>
internal sealed class OrganizationProfile : IBenchmark
{
    public string Name => "query.profile";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var calls = bench.Options.IsQuick ? 50 : 500;
        var (ours, oursMiddle) = (new List<double>(), new List<double>());
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var hub = await Pace.TimeAsync(calls, call => OneAsync(city, call, cancellationToken));

            // The first run compiles code and fills caches.
            if (run >= 0)
            {
                ours.Add(Statistics.Percentile(hub, 99));
                oursMiddle.Add(Statistics.Median(hub));
            }
        }

        return
        [
            new Measurement(Name, "一企一档,p99", "everything about one organisation, p99", "ms", ours) { Target = Target.Below(15) },
            new Measurement($"{Name}.p50", "同上,p50", "the same, p50", "ms", oursMiddle),
        ];
    }

    private static async Task OneAsync(FilledCity city, int call, CancellationToken cancellationToken)
    {
        var uscc = city.Organizations[call % city.Organizations.Count];
        var answer = await new ProfileService.ProfileServiceClient(city.Bureau).GetOrganizationProfileAsync(
            new GetOrganizationProfileRequest { Uscc = uscc }, cancellationToken: cancellationToken);
        if (answer.Organization?.Key != uscc)
        {
            throw new InvalidOperationException($"Asked for the profile of {uscc}, got that of {answer.Organization?.Key}.");
        }
    }
}
