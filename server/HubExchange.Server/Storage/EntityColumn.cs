using Google.Protobuf;
using HubExchange.Contracts.Entities;
using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Storage;

/// <summary>
/// The column of one contract field. Null stands for an absent optional field, an empty text or list and an unspecified code, and
/// for every field of a tombstone; so every such column takes nulls.
/// </summary>
internal sealed class EntityColumn(EntityField field)
{
    private readonly ColumnKind _kind = ColumnKind.Of(field);

    /// <summary>The field.</summary>
    public EntityField Field { get; } = field;

    /// <summary>Name of field and column.</summary>
    public string Name => Field.Name;

    /// <summary>Name for a statement.</summary>
    public string QuotedName { get; } = $"\"{field.Name}\"";

    /// <summary>Type of the column.</summary>
    public string SqlType => _kind.SqlType;

    /// <summary>Type of a parameter that holds one value.</summary>
    public NpgsqlDbType DbType => _kind.DbType;

    /// <summary>Type of one value in a batch. Differs from <see cref="SqlType"/> for dates, decimals and lists, which travel as text.</summary>
    public string BatchSqlType => _kind.BatchSqlType;

    /// <summary>Type of the parameter of a batch in the statement, e.g. <c>integer[]</c>.</summary>
    public string BatchArrayType => $"{BatchSqlType}[]";

    /// <summary>Value for the column: string, DateOnly, decimal, int, long, bool, DateTime (UTC), byte[], JSON text or an array of the first ones.</summary>
    public object? Read(IMessage record) => ValueOf(record) is { } value ? _kind.Read(Field, value) : null;

    /// <summary>Value for a batch, of the type <see cref="BatchSqlType"/>.</summary>
    public object? ReadForBatch(IMessage record) => ValueOf(record) is { } value ? _kind.ReadForBatch(Field, value) : null;

    /// <summary>A typed array parameter with the values of many records for <c>unnest</c>; a tombstone (null) has a null in every column.</summary>
    public NpgsqlParameter BatchParameter(IReadOnlyList<IMessage?> records)
    {
        var values = _kind.NewBatch(records.Count);
        for (var index = 0; index < records.Count; index++)
        {
            if (records[index] is { } record && ReadForBatch(record) is { } value)
            {
                values.SetValue(value, index);
            }
        }

        return new NpgsqlParameter { NpgsqlDbType = _kind.BatchDbType, Value = values };
    }

    /// <summary>Takes the value out of a row of a batch, e.g. <c>i."zone_ids"::text[]</c>.</summary>
    /// <param name="alias">Alias of the rows.</param>
    public string Select(string alias) =>
        SqlType == BatchSqlType ? $"{alias}.{QuotedName}" : $"{alias}.{QuotedName}::{SqlType}";

    /// <inheritdoc />
    public override string ToString() => $"{QuotedName} {SqlType}";

    private object? ValueOf(IMessage record)
    {
        var accessor = Field.Descriptor.Accessor;
        return Field.Descriptor.HasPresence && !accessor.HasValue(record) ? null : accessor.GetValue(record);
    }
}
