using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>Compares the typed columns of rows, which queries read, with what their payloads say: filled as the hub fills them when it writes.</summary>
internal static class ColumnCheck
{
    private const int FirstColumnParameter = 4;

    /// <summary>The rows that differ, with the names of the columns.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Rows of it. One that was written again since it was read is passed over.</param>
    /// <param name="context">The step.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<List<(StoredRow Row, string[] Columns)>> FindAsync(
        EntityTable table, List<StoredRow> rows, JobContext context, CancellationToken cancellationToken)
    {
        var differing = new List<(StoredRow, string[])>();
        if (rows.Count == 0)
        {
            return differing;
        }

        await using var command = new NpgsqlCommand(Sql(table), context.Connection, context.Transaction)
        {
            Parameters =
            {
                BatchArray.Of(rows, row => row.Key),
                BatchArray.Of(rows, row => row.Source),
                BatchArray.Of(rows, row => row.Revision),
            },
        };
        var records = rows.ConvertAll(row => row.Record);
        foreach (var column in table.Columns)
        {
            command.Parameters.Add(column.BatchParameter(records));
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            differing.Add((rows[(int)reader.GetInt64(0) - 1], reader.GetFieldValue<string[]>(1)));
        }

        return differing;
    }

    // Index: primary key.
    private static string Sql(EntityTable table)
    {
        var names = string.Join(", ", table.Columns.Select(column => column.QuotedName));
        var arrays = string.Join(", ", table.Columns.Select((column, index) => $"${index + FirstColumnParameter}::{column.BatchArrayType}"));
        var differences = string.Join(
            ", ",
            table.Columns.Select(column => $"case when r.{column.QuotedName} is distinct from {column.Select("i")} then '{column.Name}' end"));
        return
            $"""
            select i.number, d.columns
            from unnest($1::text[], $2::text[], $3::bigint[], {arrays}) with ordinality as i (hub_key, hub_source, hub_revision, {names}, number)
            join {table.Table} r on r.hub_key = i.hub_key and r.hub_source = i.hub_source and r.hub_revision = i.hub_revision
            cross join lateral (select array_remove(array[{differences}], null)) d (columns)
            where cardinality(d.columns) > 0
            order by i.number
            """;
    }
}
