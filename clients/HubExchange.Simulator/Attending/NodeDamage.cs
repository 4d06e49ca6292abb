using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Simulator.Attending;

/// <summary>
/// Makes a node and the hub differ, as lost and doubled batches do: of the type of which the node has most, some records are deleted at the
/// hub only, some are pushed in another version, some are pushed twice, and some are forgotten by the node.
/// </summary>
internal static class NodeDamage
{
    private const int Ways = 4;

    public static async Task InjectAsync(HubClient client, NodeHoldings node, string stream, int count, CancellationToken cancellationToken)
    {
        if (node.Types.MaxBy(type => node.Some(type, 0, count * Ways).Count) is not { } type)
        {
            return;
        }

        // Without the node's memory: it does not know what it does.
        await using var session = await client.OpenPushAsync(node.Node, [type], new PushOptions { Stream = stream }, cancellationToken: cancellationToken);
        foreach (var (key, _) in node.Some(type, 0, count))
        {
            await session.SendAsync(type, new Change { Delete = key }, cancellationToken);
        }

        foreach (var (_, record) in node.Some(type, count, count))
        {
            await session.SendAsync(type, Edited(type, record), cancellationToken);
        }

        foreach (var (_, record) in node.Some(type, 2 * count, count))
        {
            await session.SendAsync(type, record, cancellationToken);
            await session.SendAsync(type, record, cancellationToken);
        }

        await session.CompleteAsync(cancellationToken);
        foreach (var (key, _) in node.Some(type, 3 * count, count))
        {
            node.Forget(type, key);
        }
    }

    // A text that may say anything; a type without one stays as it is.
    private static IMessage Edited(EntityType type, IMessage record)
    {
        var edited = type.Parse(record.ToByteString());
        var field = type.Fields.FirstOrDefault(field => field.Descriptor.FieldType == FieldType.String && !field.IsList && !type.Key.Contains(field) &&
            field.Codes is null && field.Options is { Format: Format.Unspecified, Pattern: "", Reference: "", Allowed.Count: 0 } && field.IsSetIn(record));
        field?.Descriptor.Accessor.SetValue(edited, $"{field.Descriptor.Accessor.GetValue(edited)}(旧)");
        return edited;
    }
}
