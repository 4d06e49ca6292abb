using Google.Protobuf;
using HubExchange.Contracts.Entities;
using Npgsql;

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

    /// <summary>Type of one value in a batch. Differs from <see cref="SqlType"/> for dates, decimals and lists, which travel as text.</summary>
    public string BatchSqlType => _kind.BatchSqlType;

    /// <summary>Type of the parameter of a batch in the statement, e.g. <c>integer[]</c>.</summary>
    public string BatchArrayType => $"{BatchSqlType}[]";

    /// <summary>A typed array parameter with the values of many records for <c>unnest</c>; a tombstone (null) has a null in every column.</summary>
    public NpgsqlParameter BatchParameter(IReadOnlyList<IMessage?> records) => _kind.Batch(records as IMessage?[] ?? [.. records]);

    /// <summary>Adds the value of a record to a row of COPY; a null of a tombstone.</summary>
    /// <exception cref="FormatException">The column cannot hold it.</exception>
    public void Copy(IMessage? record, CopyRows rows)
    {
        if (record is null)
        {
            rows.AddNull();
        }
        else
        {
            _kind.Copy(record, rows);
        }
    }

    /// <summary>Takes the value out of a row of a batch, e.g. <c>i."zone_ids"::text[]</c>.</summary>
    /// <param name="alias">Alias of the rows.</param>
    public string Select(string alias) =>
        SqlType == BatchSqlType ? $"{alias}.{QuotedName}" : $"{alias}.{QuotedName}::{SqlType}";

    /// <inheritdoc />
    public override string ToString() => $"{QuotedName} {SqlType}";
}
