using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Talent.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Indicators;

/// <summary>Persons are counted for everybody, and named to nobody who may not see personal data.</summary>
public sealed class PersonCountTests(SharedCluster cluster)
{
    private const string Name = "样例某甲";

    [Fact]
    public async Task CountsOfPersons_ComeWithoutPersons()
    {
        await using var plan = await IndicatorCity.StartAsync(cluster);
        var types = CityEntityTypes.All;
        var talent = (Talent.V1.Talent)RecordSamples.Full(types.Of<Talent.V1.Talent>());
        (talent.Name, talent.TalentClass) = (Name, TalentClass.ResearchLeader);
        Secondment[] secondments =
        [
            .. new[] { SecondmentRole.Adviser, SecondmentRole.DeputyManager, SecondmentRole.Envoy }.Select((role, i) =>
                new Secondment((Secondment)RecordSamples.Full(types.Of<Secondment>()))
                {
                    SecondmentId = $"S-{i}",
                    PersonPid = talent.PersonPid,
                    Role = role,
                    State = SecondmentState.InService,
                    HostDivision = IndicatorCity.Daye,
                    ReportingUnit = IndicatorCity.Daye,
                    StartOn = "2021-01-01",
                    EndOn = "2021-12-31",
                }),
        ];
        Assert.Empty((await plan.City.PushAsync(TestHub.City, new LayoutDefinition
        {
            LayoutId = "four",
            Name = "四区",
            IsDefault = true,
            ValidFrom = "2000-01-01",
            ReportingUnits = { IndicatorCity.Daye, IndicatorCity.Xialu },
        })).Rejected);
        var daye = await plan.Hub.NodeAsync(TestHub.Daye);
        Assert.Empty((await daye.PushAsync(TestHub.Daye, talent)).Rejected);
        Assert.Empty((await daye.PushAsync(TestHub.Daye, secondments)).Rejected);
        await DefineAsync(plan, "P501", "talent.secondment", "role IN (DEPUTY_MANAGER, ADVISER) AND start_on <= @end");
        await DefineAsync(plan, "P502", "talent.secondment", "role = ENVOY AND start_on <= @at");
        await DefineAsync(plan, "P504", "talent.talent", "talent_class = RESEARCH_LEADER");

        foreach (var caller in new[] { await plan.Hub.NodeAsync("ND-420204"), await plan.Hub.PersonAsync("county", "ND-420204") })
        {
            var card = await caller.GetScorecardAsync(new GetScorecardRequest { PlanYear = 2021, EffectiveOn = "2021-12-31" });
            Assert.Equal(
                [("P501", "1"), ("P502", "1"), ("P504", "1")], card.Rows.Select(row => (row.Target.IndicatorId, row.City.Value)));
            Assert.Equal("1", card.Rows[0].Units.Single(unit => unit.PlaceId == IndicatorCity.Daye).Value);
            var layout = await caller.GetLayoutAsync();
            Assert.Equal((1L, 3L), (layout.Totals.ByType["talent.talent"], layout.Totals.ByType["talent.secondment"]));
            AssertNobody($"{card}{layout}");
            foreach (var (indicator, place) in card.Rows.SelectMany(row => new[] { "", IndicatorCity.Daye }.Select(place => (row.Target.IndicatorId, place))))
            {
                Assert.Empty(await caller.ListIndicatorAsync(
                    new ListIndicatorRecordsRequest { IndicatorId = indicator, EffectiveOn = "2021-12-31", PlaceId = place }).ToListAsync());
            }
        }

        Assert.Single(await plan.Bureau.ListIndicatorAsync(new ListIndicatorRecordsRequest { IndicatorId = "P504", EffectiveOn = "2021-12-31" }).ToListAsync());

        void AssertNobody(string text)
        {
            Assert.DoesNotContain(talent.PersonPid, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Name, text, StringComparison.Ordinal);
        }
    }

    private static async Task DefineAsync(IndicatorCity plan, string id, string type, string filter)
    {
        await plan.PushTargetAsync(id, IndicatorKind.Stock, "1");
        await plan.Bureau.SaveIndicatorDefinitionAsync(IndicatorCity.Define(
            id, IndicatorFormula.Single, new IndicatorTerm { Id = "value", Type = type, Filter = filter, Measure = TermMeasure.Distinct, Field = "person_pid" }));
    }
}
