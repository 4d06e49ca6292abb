using HubExchange.Client;
using HubExchange.Server.Faults;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>G1, G2, G3, G8 when the hub ends, or an error comes, between any two steps of the write path.</summary>
public sealed class FailPointTests(SoakFixture fixture, ITestOutputHelper output) : IClassFixture<SoakFixture>
{
    /// <summary>Fail points one after the other, each with the how manieth time it is passed.</summary>
    public static TheoryData<string> Points =>
    [
        $"{FailPoint.StreamOpened}@2 {FailPoint.FrameRead}@9 {FailPoint.BatchGathered}@5 {FailPoint.BatchLocked}@5",
        $"{FailPoint.BatchFound}@5 {FailPoint.RecordsWritten}@5 {FailPoint.QuarantineWritten}@5 {FailPoint.BeforeCommit}@5",
        $"{FailPoint.AfterCommit}@5 {FailPoint.BeforeAck}@9 {FailPoint.AfterAck}@9 {FailPoint.BeforeAnswer}@2",
        $"{FailPoint.DivisionsRefresh}@1 {FailPoint.ReplaySettle}@1 {FailPoint.DatabaseRestart}@1 {FailPoint.HubStopping}@1",
    ];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task HubThatEndsAtFailPoints_LosesNothingAndDoesNothingTwice(string points)
    {
        output.WriteLine($"HUBEXCHANGE_SEED={SoakTests.Seed}");
        var (faults, hub) = (fixture.Rounds.Faults, fixture.Rounds.Hubs[0]);
        var kills = points.Split(' ').Select(point => (Func<Task>)(() => faults.EndAtAsync(hub, point, () => ProvokeAsync(hub, point))));

        var anomalies = await fixture.Rounds.RunAsync(async () =>
        {
            foreach (var kill in kills)
            {
                await kill();
            }

            await faults.RestartAsync(hub);
        });

        Assert.Empty(anomalies.Take(20));
    }

    [Fact]
    public async Task ErrorsAndDelaysAtEveryFailPoint_AreSurvived() =>
        Assert.Empty((await fixture.Rounds.RunAsync([Fault.Throws])).Take(20));

    [Fact]
    public void EveryFailPoint_IsHitByATest() =>
        Assert.Equal(FailPoint.All.Order(), Points.SelectMany(row => row.Data.Split(' ')).Select(NameOf).Concat([JobKillTests.Point, ReconciliationKillTests.Point, ReconciliationKillTests.PartPoint]).Order());

    [Theory]
    [InlineData("batch.nowhere=exit")]
    [InlineData("batch.locked=explode")]
    [InlineData("batch.locked=delay:1;batch.locked=exit")]
    public async Task WrongFailPoint_StopsTheStart_AndListsWhatThereIs(string text)
    {
        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() => HubProcess.StartAsync(hub => hub.FailPoints = text));

        Assert.Contains("HUBEXCHANGE_FAILPOINTS", ended.Message, StringComparison.Ordinal);
        Assert.All(FailPoint.All, point => Assert.Contains(point, ended.Message, StringComparison.Ordinal));
    }

    private static string NameOf(string point) => point[..point.IndexOf('@', StringComparison.Ordinal)];

    private static async Task ProvokeAsync(HubProcess hub, string point)
    {
        switch (NameOf(point))
        {
            case FailPoint.DatabaseRestart:
                SoakFaults.KillDatabase(hub);
                break;
            case FailPoint.HubStopping:
                hub.Terminate();
                break;
            case FailPoint.ReplaySettle:
                await ReplayAsync(hub);
                break;
        }
    }

    // What is wrong stays wrong, so nothing changes but that the point is passed.
    private static async Task ReplayAsync(HubProcess hub)
    {
        await using var client = new HubClient(await hub.EnrolAsync("ND-CITY"));
        try
        {
            await client.ReplayQuarantinedRecordsAsync(source: "ND-CITY");
        }
        catch (HubException)
        {
            // The hub has ended in the middle of it.
        }
    }
}
