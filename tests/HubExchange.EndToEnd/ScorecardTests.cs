using System.Globalization;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.Mechanism.V1;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>The yearly plan of the city: all of its ninety indicators have a value or say why not, and every count leads to its records.</summary>
public sealed class ScorecardTests(FilledHub filled) : IClassFixture<FilledHub>
{
    private const int Indicators = 90;

    [Fact]
    public async Task EveryIndicator_HasAValueOrAReason_AndCountsLeadToTheirRecords()
    {
        await using var client = new HubClient(new HubClientOptions { Address = filled.Hub.Address, CaFile = filled.Hub.CaFile, Token = filled.BureauToken });
        var card = await client.GetScorecardAsync(new GetScorecardRequest { EffectiveOn = "2021-12-31" });

        Assert.Equal((2021, Indicators), (card.PlanYear, card.Rows.Count));
        Assert.All(card.Rows, row => Assert.True(row.Definition is not null && row.City.Computed.Length > 0 != row.ReasonZh.Length > 0, $"{row.Target.IndicatorId} {row.ReasonEn}"));
        Assert.All(card.Rows, row => Assert.DoesNotContain("wrong", row.ReasonEn, StringComparison.Ordinal));

        foreach (var row in card.Rows.Where(row =>
            row.Definition.Terms.Count > 0 && row.Definition.Terms[0].Measure == Mechanism.V1.TermMeasure.Count))
        {
            var counted = long.Parse(row.City.Terms[0].Value, CultureInfo.InvariantCulture);
            var listed = await client.ListIndicatorAsync(new ListIndicatorRecordsRequest
            {
                IndicatorId = row.Target.IndicatorId,
                EffectiveOn = card.EffectiveOn,
                RecordedAsOf = card.RecordedAsOf,
                PageSize = 1000,
            }).CountAsync();
            Assert.True(counted == listed, $"{row.Target.IndicatorId}: {counted} counted, {listed} listed");
        }
    }

    [Fact]
    public async Task Scorecard_IsTheSame_ThroughHubctl()
    {
        var run = await Programs.HubctlAsync(filled.Hub.Folder, "scorecard", "HS21-H06", "--on", "2021-06-30", "--output", "json");

        Assert.True(run.ExitCode == 0, run.StandardError);
        var card = JsonParser.Default.Parse<GetScorecardResponse>(run.StandardOutput);
        var row = Assert.Single(card.Rows);
        Assert.Equal(("HS21-H06", "2021-06-30"), (row.Target.IndicatorId, card.EffectiveOn));
        Assert.NotEmpty(row.Units);
    }
}
