using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>The demonstration is scored, and hubctl shows the league table and what a score is made of.</summary>
public sealed class QualityTests(FilledHub filled, ITestOutputHelper output) : IClassFixture<FilledHub>
{
    [Fact]
    public async Task Demonstration_IsRankedAndExplained_ThroughHubctl()
    {
        await using var client = new HubClient(filled.Hub.Anonymous with { Token = filled.BureauToken });
        foreach (var job in new[] { "references", "conflicts", "returns", "deadlines", "store-check", "quality" })
        {
            var asked = await client.RunJobAsync(job);
            var run = asked;
            await Eventually.HoldsAsync(
                async () => (run = await client.ListJobRunsAsync(job).FirstAsync(each => each.Id == asked.Id)).State is JobRunState.Succeeded or JobRunState.Failed,
                $"{job} has ended",
                TimeSpan.FromMinutes(2));
            Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem));
            output.WriteLine($"{job}: examined {run.Examined}, raised {run.Raised}, {run.EndedAt.ToDateTime() - run.StartedAt.ToDateTime()}");
        }

        // The hub wrote everything itself, so its own check has nothing to say.
        Assert.Empty(await client.ListFindingsAsync().Where(finding => finding.Rule.StartsWith("store.", StringComparison.Ordinal)).ToListAsync());
        var shown = await Programs.HubctlAsync(filled.Hub.Folder, "quality", "--output", "json");
        var table = await Programs.HubctlAsync(filled.Hub.Folder, "quality");
        output.WriteLine(table.StandardOutput);
        var league = JsonParser.Default.Parse<ListQualityResponse>(shown.StandardOutput);
        Assert.Equal(await client.ListQualityAsync(), league);
        Assert.True(league.Ranked >= 8);

        // A twentieth of what it sent is dirty.
        var daye = league.Sources.Single(source => source.Source == "ND-420281");
        Assert.InRange(decimal.Parse(daye.Dimensions[0].Percent, null), 80, 99.99m);
        Assert.Contains(daye.Total, table.StandardOutput, StringComparison.Ordinal);
        var detail = await Programs.HubctlAsync(filled.Hub.Folder, "quality", "ND-420281");
        output.WriteLine(detail.StandardOutput);
        Assert.Equal(0, detail.ExitCode);
        Assert.Contains("规范性 Conformity", detail.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("hubctl quarantine list --source ND-420281", detail.StandardOutput, StringComparison.Ordinal);
    }
}
