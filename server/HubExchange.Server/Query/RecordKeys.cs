using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Errors;

namespace HubExchange.Server.Query;

/// <summary>Keys and sources as requests name them.</summary>
internal static class RecordKeys
{
    /// <summary>A key as it is stored: a lower-case USCC finds its record just as it is accepted when pushed.</summary>
    public static string Normalize(EntityType type, string key) =>
        key.Contains('\0', StringComparison.Ordinal)
            ? throw HubErrors.InvalidRequest(new FieldProblem("key", "不允许空字符", "must not contain U+0000"))
            : type.Key is [{ IsCode: true }] ? CanonicalText.OfCode(key) : CanonicalText.Of(key);

    /// <summary>Refuses what cannot be a source.</summary>
    public static void CheckSource(string source)
    {
        if (source.Contains('\0', StringComparison.Ordinal))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("source", "不允许空字符", "must not contain U+0000"));
        }
    }
}
