using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>The one path works for every type: pushed, stored, read back, hashed, deleted.</summary>
public sealed class EveryTypeTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    // Field 19999, length-delimited, "新": what a newer contract might send.
    private static readonly byte[] UnknownField = [0xfa, 0xe1, 0x09, 0x03, 0xe6, 0x96, 0xb0];

    private static readonly ILookup<string, HashVector> Vectors = VectorFile
        .Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "record-hash-v1.json")))
        .ToLookup(vector => vector.Type);

    public static TheoryData<string> Types => [.. CityEntityTypes.All.All.Select(type => type.Id)];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Record_IsStoredReadBackAndDeleted(string id)
    {
        var type = CityEntityTypes.All.Find(id)!;
        var vector = Vectors[id].Single(vector => vector.Name == "full");
        var record = type.Parse(ByteString.CopyFrom(Convert.FromHexString(vector.Wire)));
        var (node, client) = await SourceOfAsync(type);

        var stored = await PushAsync(client, node, type, record.ToByteArray());
        Assert.Equal((1, 0), (stored.Counts.Stored, stored.Counts.Quarantined));

        var read = await client.GetAsync(id, type.KeyOf(record), node);
        Assert.Equal(record, type.Parse(read.Payload.Value));
        Assert.Equal(vector.Hash, Convert.ToHexStringLower(read.Hash.Span));

        var again = await PushAsync(client, node, type, record.ToByteArray());
        Assert.Equal(1, again.Counts.Unchanged);

        var deleted = await client.PushRecordsAsync(node, type, [new Change { Delete = type.KeyOf(record) }]);
        Assert.Equal(1, deleted.Counts.Deleted);
        var missing = await Assert.ThrowsAsync<HubException>(() => client.GetAsync(id, type.KeyOf(record), node));
        Assert.Equal(ErrorReason.RecordNotFound, missing.Reason);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task UnknownFieldOfANewerContract_Survives(string id)
    {
        var type = CityEntityTypes.All.Find(id)!;
        var record = RecordSamples.Minimal(type);
        byte[] newer = [.. record.ToByteArray(), .. UnknownField];
        var (node, client) = await SourceOfAsync(type);

        var response = await PushAsync(client, node, type, newer);
        Assert.Equal(0, response.Counts.Quarantined);

        var read = await client.GetAsync(id, type.KeyOf(record), node);
        Assert.Equal(newer, read.Payload.Value.ToByteArray());
        Assert.Equal(
            Vectors[id].Single(vector => vector.Name == "minimal").Hash, Convert.ToHexStringLower(read.Hash.Span));
    }

    private static Task<PushRecordsResponse> PushAsync(HubClient client, string node, EntityType type, byte[] record) =>
        client.PushRecordsAsync(node, type, [new Change { Record = ByteString.CopyFrom(record) }]);

    private async Task<(string Node, HubClient Client)> SourceOfAsync(EntityType type) => type.MayPush(NodeKind.County)
        ? (TestHub.Daye, await fixture.Hub.NodeAsync(TestHub.Daye))
        : (TestHub.City, await fixture.Hub.CityAsync());
}
