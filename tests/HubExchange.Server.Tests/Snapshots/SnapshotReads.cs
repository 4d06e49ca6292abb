using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>What a test asks about records.</summary>
internal static class SnapshotReads
{
    /// <summary>The keys that the node has in the hub, in their order, which is the one in which a test makes them.</summary>
    public static async Task<List<string>> KeysAsync(this TestHub hub, string node) =>
        await (await hub.NodeAsync(node)).ListAsync(SnapshotStream.Type, pageSize: 1000, source: node).Select(record => record.Key).ToListAsync();

    /// <summary>Current revision of a record of the node; 0 when there is none.</summary>
    public static async Task<long> RevisionAsync(this TestHub hub, string node, string key)
    {
        try
        {
            return (await (await hub.NodeAsync(node)).GetAsync(SnapshotStream.Type, key, node)).Revision;
        }
        catch (HubException e) when (e.Reason == ErrorReason.RecordNotFound)
        {
            return 0;
        }
    }
}
