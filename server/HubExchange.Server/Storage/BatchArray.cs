using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Storage;

/// <summary>Makes array parameters for <c>unnest</c>, one value of each item.</summary>
internal static class BatchArray
{
    public static NpgsqlParameter<TValue[]> Of<T, TValue>(List<T> items, Func<T, TValue> select) => new() { TypedValue = Values(items, select) };

    /// <summary>Texts that may be null.</summary>
    public static NpgsqlParameter OfNullable<T>(List<T> items, Func<T, string?> select) =>
        new() { Value = Values(items, select), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static TValue[] Values<T, TValue>(List<T> items, Func<T, TValue> select)
    {
        var values = new TValue[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = select(items[i]);
        }

        return values;
    }
}
