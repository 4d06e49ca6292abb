using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>What a watcher sees of selected records: the fields it asked for, of those it may see.</summary>
internal sealed class WatchView
{
    private readonly Dictionary<string, (ReadAccess Access, ReadMask? Mask)> _types;

    public WatchView(Caller caller, WatchRecordsRequest request, IEnumerable<EntityType> types)
    {
        _types = types.ToDictionary(
            type => type.Id, type => (new ReadAccess(caller, type), ReadMask.Of(request.ReadMask, type)), StringComparer.Ordinal);

        // Two callers with the same rights for the same node see the same.
        Key = string.Join('\n', [caller.Node, .. caller.Permissions.Order(StringComparer.Ordinal), request.ReadMask?.ToString() ?? ""]);
    }

    /// <summary>Equal for views that show the same.</summary>
    public string Key { get; }

    /// <summary>The fields that the watcher asked for; null for all.</summary>
    public ReadMask? MaskOf(EntityType type) => _types[type.Id].Mask;

    /// <summary>A record as the watcher sees it.</summary>
    public Record Of(Record stored)
    {
        var (access, mask) = _types[stored.Type];
        var (payload, cut) = access.Cut(stored.Payload.Value, stored.Source);
        var record = stored.Clone();
        record.Payload.Value = mask is null ? payload : mask.Apply(payload);
        record.CutFields.Add(mask is null ? cut : cut.Where(mask.Has));
        return record;
    }
}
