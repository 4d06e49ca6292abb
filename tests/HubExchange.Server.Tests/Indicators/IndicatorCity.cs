using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Indicators;

/// <summary>A hub with two reporting units, whose indicators tests set and compute.</summary>
internal sealed class IndicatorCity : IAsyncDisposable
{
    public const string Daye = "420281";
    public const string Xialu = "420204";

    public required TestHub Hub { get; init; }

    public required HubClient City { get; init; }

    public required HubClient Bureau { get; init; }

    public static async Task<IndicatorCity> StartAsync(SharedCluster cluster, params string[] settings)
    {
        var hub = await TestHub.StartAsync(cluster.Cluster, settings);
        var plan = new IndicatorCity { Hub = hub, City = await hub.CityAsync(), Bureau = await hub.PersonAsync("bureau") };
        foreach (var (code, name) in new[] { (Daye, "大冶市"), (Xialu, "下陆区") })
        {
            await plan.City.PushAsync(TestHub.City, new Division { DivisionCode = code, Name = name, Kind = DivisionKind.District });
            await plan.City.PushAsync(TestHub.City, new ReportingUnit { UnitId = code, Name = name, Divisions = { code }, ValidFrom = "2000-01-01" });
        }

        return plan;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    public static Organization Firm(string unit)
    {
        var firm = Make.Organization();
        firm.ReportingUnit = firm.OperatingDivision = unit;
        return firm;
    }

    public static IndicatorDefinition Define(string id, IndicatorFormula formula, params IEnumerable<IndicatorTerm> terms) =>
        new() { IndicatorId = id, Formula = formula, Terms = { terms } };

    public async Task PushTargetAsync(string id, IndicatorKind kind, string value, string deadline = "2021-12-31") => await City.PushAsync(
        TestHub.City,
        new IndicatorTarget
        {
            IndicatorId = id,
            PlanYear = 2021,
            System = IndicatorSystem.Headline,
            QuoteZh = "样例指标",
            NameEn = "sample",
            TargetValue = value,
            Unit = "家",
            Direction = TargetDirection.AtLeast,
            Kind = kind,
            Commitment = Commitment.Ensure,
            DeadlineOn = deadline,
            Computation = Computation.Register,
            Division = "420200",
        });

    public async Task<ScoreRow> RowAsync(string indicator, string on = "2021-12-31", DateTimeOffset? asOf = null)
    {
        var response = await Bureau.GetScorecardAsync(new GetScorecardRequest
        {
            PlanYear = 2021,
            IndicatorIds = { indicator },
            EffectiveOn = on,
            RecordedAsOf = asOf is { } instant ? Timestamp.FromDateTimeOffset(instant) : null,
        });
        return Assert.Single(response.Rows);
    }
}
