using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>Snapshots through the SDK.</summary>
public sealed class SnapshotClientTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private static readonly PushOptions Small = new() { BatchSize = 7 };

    [Fact]
    public async Task PushSnapshot_DeletesWhatItDoesNotHold()
    {
        var node = SnapshotStream.NewNode();
        var records = Enumerable.Range(0, 40).Select(_ => Make.Organization()).ToArray();
        var client = await fixture.Hub.NodeAsync(node);
        await client.PushSnapshotAsync(node, records.ToAsyncEnumerable(), Small);

        var result = await client.PushSnapshotAsync(node, records.Skip(12).ToAsyncEnumerable(), Small);

        var outcome = Assert.Single(result.Snapshots);
        Assert.Equal((SnapshotState.Applied, 12L, result.LastSequence), (outcome.State, outcome.Deletions, outcome.Sequence));
        Assert.Equal((28, 12), (result.Counts.Unchanged, result.Counts.Deleted));
        Assert.Equal(records.Skip(12).Select(record => record.Uscc), await fixture.Hub.KeysAsync(node));
    }

    [Fact]
    public async Task RecordsThatCannotBeRead_DeleteNothing()
    {
        var node = SnapshotStream.NewNode();
        var records = Enumerable.Range(0, 20).Select(_ => Make.Organization()).ToArray();
        var client = await fixture.Hub.NodeAsync(node);
        await client.PushAsync(node, records);

        await Assert.ThrowsAsync<InvalidDataException>(() => client.PushSnapshotAsync(node, Broken(), Small));

        Assert.Equal(20, (await fixture.Hub.KeysAsync(node)).Count);
        var later = await client.PushSnapshotAsync(node, records.Take(19).ToAsyncEnumerable(), Small);
        Assert.Equal((SnapshotState.Applied, 1L), (later.Snapshots[0].State, later.Snapshots[0].Deletions));

        async IAsyncEnumerable<Organization> Broken()
        {
            foreach (var record in records.Take(10))
            {
                yield return record;
            }

            await Task.Yield();
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task Session_MixesSnapshotsAndOtherTypes()
    {
        var node = SnapshotStream.NewNode();
        var type = CityEntityTypes.All.Of<Organization>();
        var carriers = CityEntityTypes.All.Of<Carrier>();
        var (kept, gone) = (Make.Organization(), Make.Organization());
        var client = await fixture.Hub.NodeAsync(node);
        await client.PushAsync(node, kept, gone);

        await using var session = await client.OpenPushAsync(node, [type, carriers], Small);
        await session.SendAsync(type, kept);
        await session.BeginSnapshotAsync(type);
        await session.SendAsync(carriers, RecordSamples.Minimal(carriers));
        await session.SendAsync(type, kept);
        await session.EndSnapshotAsync(type);
        await session.BeginSnapshotAsync(carriers);
        await session.AbortSnapshotAsync(carriers);
        var result = await session.CompleteAsync();

        Assert.Equal(
            [("enterprise.organization", SnapshotState.Applied, 1L), ("enterprise.carrier", SnapshotState.Abandoned, 0L)],
            result.Snapshots.Select(outcome => (outcome.Type, outcome.State, outcome.Deletions)));
        Assert.Equal([kept.Uscc], await fixture.Hub.KeysAsync(node));
        Assert.Equal(1, await client.ListAsync("enterprise.carrier", source: node).CountAsync());
    }
}
