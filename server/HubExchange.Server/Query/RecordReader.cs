using System.Collections.Concurrent;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>Reads stored records, cut to what the caller may see.</summary>
internal sealed class RecordReader(HubStorage storage, EntityTypes types, TimeProvider clock)
{
    // What most calls ask for: the statement that reads what is current and consolidated by its key ($1).
    private readonly ConcurrentDictionary<EntityType, string> _current = new();

    /// <summary>The record of a key, or null. Without a source the consolidated one; tombstones are not records.</summary>
    public async Task<Record?> GetAsync(
        EntityType type, string key, string source, ReadTime time, Caller caller, ReadMask? mask, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand();
        var access = new ReadAccess(caller, type);
        var keys = $"= {command.Parameters.Use(key)}";
        command.CommandText = time.IsCurrent && source.Length == 0 && access.OwnNode is null
            ? _current.GetOrAdd(type, _ => Statement())
            : Statement();

        await using var connection = await (time.IsCurrent ? storage.DataSource : storage.SurveySource).OpenConnectionAsync(cancellationToken);
        await using var survey = time.IsCurrent ? null : await connection.BeginSurveyAsync(cancellationToken);
        command.Connection = connection;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? RecordRow.Read(type, reader, access, mask) : null;

        string Statement() =>
            $"select {RecordRow.Columns} from {new RecordRows(storage, time, command.Parameters).From(type, RecordRow.Envelope, source, access.OwnNode, keys)} r";
    }

    /// <summary>One page of records.</summary>
    /// <exception cref="FilterException">The filter names what is not there, or compares what cannot be compared.</exception>
    /// <exception cref="FieldNotReadableException">Filter or order name what the caller may not see.</exception>
    public async Task<ListPage> ListAsync(
        EntityType type, ListQuery query, Caller caller, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand();
        var access = new ReadAccess(caller, type);
        var rows = new RecordRows(storage, query.Time, command.Parameters);
        var scope = new FilterScope(types, rows, caller, query.Time.Day(clock));
        var filter = new FilterSql(type, "r", scope);
        var fields = new FilterFields(type, "r", scope);
        var order = ListOrder.Parse(query.OrderBy, fields, query.Source);
        var conditions = new List<string>();
        if (query.Filter is not null)
        {
            conditions.Add(filter.Compile(query.Filter));
        }

        if (query.After is not null)
        {
            conditions.Add(order.After(query.After, command.Parameters));
        }

        // Said once more to the rows themselves, so that a later page does not read the earlier ones.
        var keys = query.After is not null && order.IsByKey ? $">= {command.Parameters.Use(query.After.Key)}" : null;
        string[] columns = [.. RecordRow.Envelope.Union(filter.Columns).Union(fields.Columns)];

        // The size stands in the text: without it the database plans for a tenth of all rows.
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select {RecordRow.Columns}{order.Columns} from {rows.From(type, columns, query.Source, access.OwnNode, keys)} r
            where {(conditions.Count == 0 ? "true" : string.Join("\nand ", conditions))}
            order by {order.OrderBy}
            limit {query.Size + 1}
            """);

        return await ReadAsync(type, query, order, command, access, cancellationToken);
    }

    // One row more than the page has tells whether another follows.
    private async Task<ListPage> ReadAsync(
        EntityType type, ListQuery query, ListOrder order, NpgsqlCommand command, ReadAccess access, CancellationToken cancellationToken)
    {
        await using var connection = await (query.Time.IsCurrent ? storage.DataSource : storage.SurveySource).OpenConnectionAsync(cancellationToken);
        await using var survey = query.Time.IsCurrent ? null : await connection.BeginSurveyAsync(cancellationToken);
        command.Connection = connection;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<Record>();
        ListCursor? last = null;
        while (await rows.ReadAsync(cancellationToken))
        {
            if (records.Count == query.Size)
            {
                return new ListPage(records, last);
            }

            records.Add(RecordRow.Read(type, rows, access, query.Mask));
            if (records.Count == query.Size)
            {
                last = order.Read(rows);
            }
        }

        return new ListPage(records, null);
    }
}
