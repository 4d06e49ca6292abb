using System.Security.Cryptography.X509Certificates;
using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Reconciliation;
using HubExchange.Server.Tests.Watch;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>A hub that runs on an old backup is told by its sources what it lost, exactly, while they push on.</summary>
public sealed class RestoredBackupTests(SharedCluster cluster)
{
    private static readonly string[] Settings = ["--Reconciliation:RunOnDifference=false"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SourceThatIsAhead_MendsExactlyWhatIsMissing_AndBothAreProvablyEqual(bool isRestarted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var database = await cluster.Cluster.CreateDatabaseAsync();
        var backup = await cluster.Cluster.CreateDatabaseAsync(isEmpty: true);
        await using var hub = await TestHub.StartAsync(database, null, Settings);
        var statePath = Path.Combine(hub.Folder, "attended.state");
        await using var county = await AttendedCounty.StartAsync(hub, 100, statePath);
        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);
        var early = county.Keys.Order(StringComparer.Ordinal).ToList();
        await DatabaseCopy.MakeAsync(database, backup, limit.Token);

        var (changed, deleted) = (early[..7], early[7..10]);
        var added = Enumerable.Range(0, 80).Select(_ => Make.Organization()).ToList();
        added.ForEach(county.Change);
        changed.ForEach(key => county.Change(Make.Organization(key, "备份之后更名")));
        deleted.ForEach(county.Drop);
        await county.Client.PushAsync(county.Node, added.Select(of => of.Uscc).Concat(changed).Select(county.Get).ToAsyncEnumerable(), county.Options);
        await DeleteAsync(county, deleted);
        var ahead = await Feed.LastAsync(hub);
        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);

        await using var restored = await RestoreAsync(hub, backup);
        await using var again = await county.MoveAsync(restored, isRestarted ? statePath : null);
        await again.WelcomedAsync();
        var watch = new WatchOptions { Types = [AttendedCounty.Type.Id], After = ahead, RestartsWithState = false };
        var unknown = await Assert.ThrowsAsync<HubException>(async () =>
            await new Copy().FollowAsync(await restored.PersonAsync("bureau"), watch, long.MaxValue, limit.Token));
        Assert.Equal(ErrorReason.WatchPositionUnknown, unknown.Reason);

        // The source goes on as if nothing had happened; its numbers are far ahead of the hub's.
        var later = Make.Organization();
        again.Change(later);
        await again.Client.PushAsync(again.Node, new[] { later }.ToAsyncEnumerable(), again.Options);
        var listed = await again.RunAsync(isDryRun: true);
        Assert.Equal((80L, 3L, 7L, 0L), (listed.Missing, listed.Extra, listed.Stale, listed.Forks));
        Assert.Equal(
            added.Select(of => of.Uscc).Concat(changed).Concat(deleted).Order(StringComparer.Ordinal),
            (await again.DifferencesAsync(listed.Id)).Select(difference => difference.Key).Order(StringComparer.Ordinal));

        var mended = await again.RunAsync();

        Assert.Equal((ReconciliationState.Mended, 90L), (mended.State, mended.Mended));
        Assert.Equal(again.Own(), await again.ShownAsync());
        var equal = await again.RunAsync();
        Assert.Equal((ReconciliationState.Equal, 178L, 178L), (equal.State, equal.SourceCount, equal.HubCount));
        var certificate = await again.Client.GetReconciliationCertificateAsync(equal.Id, limit.Token);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(restored.CaFile);
        var statement = CertificateCheck.Verify(certificate, authority);
        Assert.Equal((again.Node, 178L, equal.Digest), (statement?.Source, statement?.Count, statement?.Digest));
        var live = await restored.Services.GetRequiredService<LiveSets>().DigestAsync(again.Node, "sdk", AttendedCounty.Type, limit.Token);
        Assert.Equal(equal.Digest.ToByteArray(), live.Digest.ToArray());
    }

    [Fact]
    public async Task ConsumerThatIsAhead_IsTold_ThoughTheFeedHasGrownPastItsPosition()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var database = await cluster.Cluster.CreateDatabaseAsync();
        var backup = await cluster.Cluster.CreateDatabaseAsync(isEmpty: true);
        await using var hub = await TestHub.StartAsync(database, null, Settings);
        var daye = await hub.NodeAsync(TestHub.Daye);
        await daye.PushAsync(TestHub.Daye, Make.Organization());
        var (early, late) = (new Copy(), new Copy());
        var watch = new WatchOptions { Types = [AttendedCounty.Type.Id], RestartsWithState = false, After = 0 };
        await early.FollowAsync(daye, watch, await Feed.LastAsync(hub), limit.Token);
        await DatabaseCopy.MakeAsync(database, backup, limit.Token);
        for (var i = 0; i < 3; i++)
        {
            await daye.PushAsync(TestHub.Daye, Make.Organization());
        }

        await late.FollowAsync(daye, watch, await Feed.LastAsync(hub), limit.Token);
        await using var restored = await RestoreAsync(hub, backup);
        var again = await restored.NodeAsync(TestHub.Daye);
        for (var i = 0; i < 5; i++)
        {
            await again.PushAsync(TestHub.Daye, Make.Organization());
        }

        // The position is there again, and whoever has no more than a number misses what was committed at those below it.
        Assert.True(await Feed.LastAsync(restored) > late.Position);
        var fooled = new Copy();
        await fooled.FollowAsync(again, watch with { After = late.Position }, await Feed.LastAsync(restored), limit.Token);
        Assert.Equal(2, fooled.Events.Count);

        var told = await Assert.ThrowsAsync<HubException>(
            async () => await late.FollowAsync(again, watch, long.MaxValue, limit.Token));
        Assert.Equal(ErrorReason.WatchPositionUnknown, told.Reason);

        // Where the backup was made both feeds are the same.
        await early.FollowAsync(again, watch, await Feed.LastAsync(restored), limit.Token);
        Assert.Equal(Copy.ContentOf(await again.ListAsync(AttendedCounty.Type.Id).ToListAsync(limit.Token)), early.Content);
        await late.FollowAsync(again, watch with { RestartsWithState = true }, await Feed.LastAsync(restored), limit.Token);
        Assert.Equal(early.Content, late.Content);
    }

    private static async Task DeleteAsync(AttendedCounty county, List<string> keys)
    {
        await using var session = await county.Client.OpenPushAsync(county.Node, [AttendedCounty.Type], county.Options, cancellationToken: CancellationToken.None);
        foreach (var key in keys)
        {
            await session.SendAsync(AttendedCounty.Type, new Change { Delete = key }, CancellationToken.None);
        }

        await session.CompleteAsync(CancellationToken.None);
    }

    // The same hub: its authority and its administrator, with another database.
    private static async Task<TestHub> RestoreAsync(TestHub hub, string database)
    {
        await hub.StopAsync();
        var restored = await TestHub.StartAsync(database, null, [.. Settings, $"--Storage:DataFolder={hub.Folder}"]);
        Directory.CreateDirectory(Path.GetDirectoryName(restored.CaFile)!);
        File.Copy(hub.CaFile, restored.CaFile);
        File.Copy(Path.Combine(hub.Folder, "admin.token"), Path.Combine(restored.Folder, "admin.token"));
        return restored;
    }
}
