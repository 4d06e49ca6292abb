using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>The hub asks for enough at once: what differs is found in one round trip, and little crosses when little can differ.</summary>
public sealed class FirstBurstTests(QuietHubFixture fixture) : IClassFixture<QuietHubFixture>
{
    [Fact]
    public async Task NeverComparedBefore_FindsManyUpdates_InOneRoundTrip()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 1_500);
        Lose(county, 80);

        var run = await county.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 80L, 1, 340), (run.State, run.Stale, run.RoundTrips, run.Cells));
        Assert.InRange(run.Bytes, 1, 8_000);
    }

    [Fact]
    public async Task SinceTheLastCleanCheck_AsMuchIsAskedForAsWasPushed()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 1_500);
        Assert.Equal((ReconciliationState.Equal, 0), await county.RunAsync() is var clean ? (clean.State, clean.Cells) : default);

        Lose(county, 1);
        var few = await county.RunAsync();
        foreach (var key in county.Keys.Take(60).ToList())
        {
            county.Change(Make.Organization(key, "已报送的更名"));
        }

        await county.Client.PushAsync(county.Node, county.Keys.Take(60).Select(county.Get).ToAsyncEnumerable(), county.Options);
        Lose(county, 60);
        var more = await county.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 1L, 1, 32), (few.State, few.Stale, few.RoundTrips, few.Cells));
        Assert.InRange(few.Bytes, 1, 1_000);
        Assert.Equal((ReconciliationState.Mended, 60L, 1, 212), (more.State, more.Stale, more.RoundTrips, more.Cells));
    }

    [Fact]
    public async Task DamageAndCounts_SayWhatSurelyDiffers()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 1_500);
        await county.RunAsync();
        Assert.Equal(90, await county.ExecuteAsync(
            "update enterprise.organization set name = '被改' where hub_source = $1 and hub_key in (select hub_key from enterprise.organization where hub_source = $1 limit 90)",
            county.Node));

        var run = await county.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 90L, 1), (run.State, run.Forks, run.RoundTrips));
        Assert.InRange(run.Cells, 164, 200);
    }

    private static void Lose(AttendedCounty county, int count)
    {
        foreach (var key in county.Keys.Take(count).ToList())
        {
            county.Lose(Make.Organization(key, $"未报送 {count}"));
        }
    }
}
