using Dapper;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>What the database has in the schemas of the entity tables.</summary>
internal sealed class FoundSchema
{
    private static readonly string SchemasSql = SqlFiles.Read("Storage/SchemaSync.Schemas.sql");
    private static readonly string TablesSql = SqlFiles.Read("Storage/SchemaSync.Tables.sql");
    private static readonly string ColumnsSql = SqlFiles.Read("Storage/SchemaSync.Columns.sql");
    private static readonly string IndexesSql = SqlFiles.Read("Storage/SchemaSync.Indexes.sql");

    private FoundSchema(
        IEnumerable<string> schemas, IEnumerable<FoundTable> tables, IEnumerable<FoundColumn> columns, IEnumerable<FoundIndex> indexes)
    {
        Schemas = schemas.ToHashSet();
        Tables = tables.ToDictionary(table => (table.Schema, table.Name));
        Columns = columns.ToLookup(column => (column.Schema, column.Table));
        Indexes = indexes.ToLookup(index => (index.Schema, index.Table));
    }

    public HashSet<string> Schemas { get; }

    public Dictionary<(string Schema, string Name), FoundTable> Tables { get; }

    public ILookup<(string Schema, string Table), FoundColumn> Columns { get; }

    public ILookup<(string Schema, string Table), FoundIndex> Indexes { get; }

    public static async Task<FoundSchema> ReadAsync(NpgsqlConnection connection, string[] schemas, CancellationToken cancellationToken)
    {
        return new FoundSchema(
            await ReadAsync<string>(SchemasSql),
            await ReadAsync<FoundTable>(TablesSql),
            await ReadAsync<FoundColumn>(ColumnsSql),
            await ReadAsync<FoundIndex>(IndexesSql));

        Task<IEnumerable<T>> ReadAsync<T>(string sql) =>
            connection.QueryAsync<T>(new CommandDefinition(sql, new { schemas }, cancellationToken: cancellationToken));
    }
}

// The columns of the queries, in their order.
internal sealed record FoundTable(string Schema, string Name, bool IsTable, string Label);

internal sealed record FoundColumn(string Schema, string Table, string Name, string SqlType, bool IsRequired, bool HasDefault, string Label);

internal sealed record FoundIndex(
    string Schema, string Table, string Name, string? Columns, bool IsUnique, bool IsPrimary, bool IsValid, string Predicate);
