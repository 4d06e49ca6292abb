using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How long does the first page of 50 take with a selective filter: in turn a rare industry in a unit, and the contracts of an
/// organisation, with 2 million versions stored? And with a filter on a field without an index?
/// </summary>
internal sealed class SelectiveList : IBenchmark
{
    public string Name => "query.list";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var rare = await QueryShape.SelectiveAsync(city, cancellationToken);
        var calls = bench.Options.IsQuick ? 100 : 500;
        var (byUnit, byOrganization) = (PlainSql.Read("ListByUnit"), PlainSql.Read("ListByOrganization"));
        var (ours, peers, scanned) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = -1; run < bench.Options.Runs; run++)
        {
            var hub = await Pace.TimeAsync(calls, call => OneAsync(city, rare, call, cancellationToken));
            var plain = await Pace.TimeAsync(calls, call => call % 2 == 0
                ? city.DataSource.RowsAsync(byUnit, cancellationToken, rare[call / 2 % rare.Count].Unit, rare[call / 2 % rare.Count].Industry)
                : city.DataSource.RowsAsync(byOrganization, cancellationToken, city.Organizations[call % city.Organizations.Count]));
            var days = await Pace.TimeAsync(calls / 10, call => ListAsync(
                city, QueryShape.Organization, $"established_on = \"20{10 + (call % 10)}-03-0{1 + (call % 9)}\"", cancellationToken));
            if (run >= 0)
            {
                ours.Add(Statistics.Percentile(hub, 99));
                peers.Add(Statistics.Percentile(plain, 99));
                scanned.Add(Statistics.Percentile(days, 99));
            }
        }

        return
        [
            new Measurement(Name, "有选择性的筛选,一页 50 条,p99", "selective filter, page of 50, p99", "ms", ours)
            {
                Target = Target.Below(20), Peer = QueryShape.Peer, PeerValues = peers,
            },
            new Measurement($"{Name}.unindexed", "筛选无索引的字段(成立日期),p99", "filter on a field without index (day of establishment), p99", "ms", scanned),
        ];
    }

    /// <summary>One call.</summary>
    public static Task OneAsync(FilledCity city, List<(string Unit, string Industry)> rare, int call, CancellationToken cancellationToken)
    {
        var (unit, industry) = rare[call / 2 % rare.Count];
        return call % 2 == 0
            ? ListAsync(city, QueryShape.Organization, $"reporting_unit = \"{unit}\" AND industry_code = \"{industry}\"", cancellationToken)
            : ListAsync(city, QueryShape.Contract, $"seller_uscc = \"{city.Organizations[call % city.Organizations.Count]}\"", cancellationToken);
    }

    private static async Task ListAsync(FilledCity city, string type, string filter, CancellationToken cancellationToken) =>
        await new QueryService.QueryServiceClient(city.Bureau).ListRecordsAsync(
            new ListRecordsRequest { Type = type, Filter = filter, PageSize = QueryShape.PageSize }, cancellationToken: cancellationToken);
}
