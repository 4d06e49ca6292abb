using System.Data;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Deliveries;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query.Export;

/// <summary>
/// Reads the records of an export with one statement, so all of them are of one moment, and turns them into a file. A record is read when
/// the chunk before it was taken: the database waits for the caller, and the hub holds no more than a chunk.
/// </summary>
internal sealed class RecordExporter(HubStorage storage, EntityTypes types, DeliveryLedger ledger, GivenRecords audited, TimeProvider clock)
{
    private const string Method = $"{nameof(V1.ExportService)}.{nameof(ExportService.ExportRecords)}";

    // In the audit, of a file whose first part leaves and whose last part has an entry of its own.
    private const string Begun = "BEGUN";

    private const string Columns = "r.hub_key, r.hub_source, r.hub_revision, r.hub_effective_from, r.hub_recorded_at, r.hub_payload";

    /// <summary>Writes a file.</summary>
    /// <param name="plan">What to export.</param>
    /// <param name="chunkBytes">Bytes of a chunk.</param>
    /// <param name="caller">Takes the chunks.</param>
    /// <param name="cancellationToken">Ends the export and frees its connection.</param>
    /// <exception cref="FilterException">The filter names what is not there, or compares what cannot be compared.</exception>
    /// <exception cref="FieldNotReadableException">Filter or order name what the caller may not see.</exception>
    public async Task ExportAsync(
        ExportPlan plan, int chunkBytes, ExportOutput caller, CancellationToken cancellationToken)
    {
        await using var command = Command(plan);
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        command.Connection = connection;
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        using var output = new ChunkBuffer();
        using var file = plan.Open(output);
        var rows = 0L;
        var isBegun = false;
        var given = new List<DeliveredVersion>();
        try
        {
            for (; await reader.ReadAsync(cancellationToken); rows++)
            {
                var row = Read(reader);
                file.Write(plan.Cells(row));
                given.Add(new DeliveredVersion(plan.Type.Id, row.Key, row.Source, row.Revision));
                if (output.Waiting >= chunkBytes)
                {
                    if (!isBegun)
                    {
                        await AuditAsync(plan, rows: 0, Begun, cancellationToken);
                        isBegun = true;
                    }

                    await ledger.AddAsync(plan.Caller, DeliveryWay.Export, given, cancellationToken);
                    given.Clear();
                    await caller.SendAsync(plan, file, output.Take(), rows + 1, isLast: false, cancellationToken);
                }
            }
        }
        catch
        {
            // Closing the reader would read what is left.
            command.Cancel();
            throw;
        }

        await AuditAsync(plan, rows, "", cancellationToken);
        await ledger.AddAsync(plan.Caller, DeliveryWay.Export, given, cancellationToken);
        file.Complete(plan.Notes(rows));
        await caller.SendAsync(plan, file, output.Take(), rows, isLast: true, cancellationToken);
    }

    private ValueTask AuditAsync(ExportPlan plan, long rows, string reason, CancellationToken cancellationToken) =>
        audited.AddStreamAsync(plan.Caller, Method, [plan.Scope], rows, reason, cancellationToken);

    private static ExportRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetFieldValue<DateOnly>(3),
        row.GetDateTime(4),
        UnsafeByteOperations.UnsafeWrap(row.GetFieldValue<byte[]>(5)));

    private NpgsqlCommand Command(ExportPlan plan)
    {
        // Its end is that of the export; a sort of many records may take long before the first.
        var command = new NpgsqlCommand { CommandTimeout = 0 };
        var rows = new RecordRows(storage, plan.Time, command.Parameters);
        var scope = new FilterScope(types, rows, plan.Caller, plan.Time.Day(clock));
        var filter = new FilterSql(plan.Type, "r", scope);
        var fields = new FilterFields(plan.Type, "r", scope);
        var order = ListOrder.Parse(plan.Request.OrderBy, fields, plan.Request.Source);
        var condition = plan.Filter is null ? "true" : filter.Compile(plan.Filter);
        string[] columns = [.. RecordRow.Envelope.Union(filter.Columns).Union(fields.Columns)];
        command.CommandText =
            $"""
            select {Columns} from {rows.From(plan.Type, columns, plan.Request.Source, plan.Access.OwnNode)} r
            where {condition}
            order by {order.OrderBy}
            """;
        return command;
    }
}
