using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>How long does one record by its key take over gRPC and TLS, with 2 million versions stored?</summary>
internal sealed class SingleRecord : IBenchmark
{
    public string Name => "query.get";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var (calls, sql) = (bench.Options.IsQuick ? 200 : 2_000, PlainSql.Read("Get"));
        var (ours, peers, oursMiddle, peersMiddle) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var hub = await Pace.TimeAsync(calls, call => OneAsync(city, call, cancellationToken));
            var plain = await Pace.TimeAsync(calls, call => city.DataSource.RowsAsync(sql, cancellationToken, KeyOf(city, call)));

            // The first run compiles code and fills caches.
            if (run >= 0)
            {
                ours.Add(Statistics.Percentile(hub, 99));
                peers.Add(Statistics.Percentile(plain, 99));
                oursMiddle.Add(Statistics.Median(hub));
                peersMiddle.Add(Statistics.Median(plain));
            }
        }

        return
        [
            new Measurement(Name, "按主键取一条,p99", "one record by its key, p99", "ms", ours)
            {
                Target = Target.Below(5), Peer = QueryShape.Peer, PeerValues = peers,
            },
            new Measurement($"{Name}.p50", "同上,p50", "the same, p50", "ms", oursMiddle) { Peer = QueryShape.Peer, PeerValues = peersMiddle },
        ];
    }

    /// <summary>One call.</summary>
    public static async Task OneAsync(FilledCity city, int call, CancellationToken cancellationToken)
    {
        var key = KeyOf(city, call);
        var answer = await new QueryService.QueryServiceClient(city.Bureau).GetRecordAsync(
            new GetRecordRequest { Type = QueryShape.Organization, Key = key }, cancellationToken: cancellationToken);
        if (answer.Record.Key != key)
        {
            throw new InvalidOperationException($"Asked for {key}, got {answer.Record.Key}.");
        }
    }

    private static string KeyOf(FilledCity city, int call) => city.Organizations[call % city.Organizations.Count];
}
