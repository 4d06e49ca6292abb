using Dapper;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// The keys of a type that one step looks at. Checks that look at every record go through the tables in order, and through each table by
/// key, a bounded number of records at a time.
/// </summary>
/// <param name="Table">The table.</param>
/// <param name="After">Keys after this; null from the first on.</param>
/// <param name="Until">Keys up to this; null to the last.</param>
/// <param name="Count">Rows in the range.</param>
/// <param name="NextCursor">Cursor of the next step; null when this is the last.</param>
internal sealed record KeyRange(EntityTable Table, string? After, string? Until, long Count, string? NextCursor)
{
    private const char Separator = '\n';

    /// <summary>Restricts a statement to the range; parameters <c>after</c> and <c>until</c>.</summary>
    public const string Restriction = "(@after::text is null or r.hub_key > @after) and (@until::text is null or r.hub_key <= @until)";

    /// <summary>The range that begins at a cursor; null when there are no tables.</summary>
    /// <param name="tables">The tables, in a fixed order.</param>
    /// <param name="cursor">Cursor; null at the beginning.</param>
    /// <param name="size">Most keys, about.</param>
    /// <param name="connection">Within the transaction of the step.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<KeyRange?> NextAsync(
        IReadOnlyList<EntityTable> tables, string? cursor, int size, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var parts = cursor?.Split(Separator, 2);
        var index = parts is null ? 0 : IndexOf(tables, parts[0]);
        if (index >= tables.Count)
        {
            return null;
        }

        var table = tables[index];
        var after = parts is { Length: 2 } && parts[1].Length > 0 && parts[0] == table.Type.Id ? parts[1] : null;
        var (last, count) = await connection.QuerySingleAsync<(string? Last, long Count)>(new CommandDefinition(
            $"""
            select max(hub_key), count(*)
            from (
              select hub_key
              from {table.Table}
              where @after::text is null or hub_key > @after
              order by hub_key, hub_source
              limit @size) k
            """,
            new { after, size },
            cancellationToken: cancellationToken));
        var isLast = count < size;
        var next = !isLast ? $"{table.Type.Id}{Separator}{last}" : index + 1 < tables.Count ? tables[index + 1].Type.Id : null;
        return new KeyRange(table, after, isLast ? null : last, count, next);
    }

    // A table that is gone since the run began is passed over.
    private static int IndexOf(IReadOnlyList<EntityTable> tables, string type)
    {
        var index = 0;
        while (index < tables.Count && string.CompareOrdinal(tables[index].Type.Id, type) < 0)
        {
            index++;
        }

        return index;
    }
}
