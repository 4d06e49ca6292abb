using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Who may push what, and how much at once; the same for streams and unary calls.</summary>
internal static class PushRules
{
    /// <summary>A caller writes only as its own node.</summary>
    public static void EnsureSource(Caller caller, string source)
    {
        if (caller.Node.Length == 0 || source != caller.Node)
        {
            throw HubErrors.Of(ErrorReason.SourceMismatch, ("caller", caller.Name), ("source", source));
        }
    }

    /// <summary>Reference data comes only from those kinds of node that the contract lists.</summary>
    public static void EnsureWritable(EntityType type, Caller caller)
    {
        if (!type.MayPush(caller.Kind))
        {
            throw HubErrors.Of(
                ErrorReason.TypeNotWritable,
                ("type", type.Id),
                ("authority", string.Join(", ", type.Options.Authority)),
                ("caller", caller.Name),
                ("kind", caller.Kind.ToString()));
        }
    }

    /// <summary>A mark that this hub does not know must not pass for none.</summary>
    public static void EnsureMark(SnapshotMark mark)
    {
        if (!Enum.IsDefined(mark))
        {
            throw Invalid($"没有快照标记 {(int)mark}", $"there is no snapshot mark {(int)mark}");
        }
    }

    /// <summary>A frame is neither empty, unless a mark is all it has to say, nor larger than the limits the hub has announced.</summary>
    public static void EnsureSize(int changes, int bytes, IngestionOptions limits, bool mayBeEmpty = false)
    {
        if (changes == 0 && !mayBeEmpty)
        {
            throw Invalid("没有任何变更", "it holds no change");
        }

        if (changes > limits.MaxChanges)
        {
            throw Invalid($"含 {changes} 条变更,上限 {limits.MaxChanges},请拆分", $"it holds {changes} changes, the limit is {limits.MaxChanges}; split it");
        }

        if (bytes > limits.MaxFrameBytes)
        {
            throw Invalid($"大小 {bytes} 字节,上限 {limits.MaxFrameBytes},请拆分", $"it has {bytes} bytes, the limit is {limits.MaxFrameBytes}; split it");
        }
    }

    /// <summary>A message that is out of place or over a limit.</summary>
    public static Grpc.Core.RpcException Invalid(string zh, string en) =>
        HubErrors.Of(ErrorReason.FrameInvalid, ("problem", en), ("problem_zh", zh));
}
