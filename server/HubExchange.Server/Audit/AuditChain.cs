using System.Data;
using System.Globalization;
using Google.Protobuf;
using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Audit;

/// <summary>Verifies the chain of the audit, in one snapshot, while others go on adding to it.</summary>
internal sealed class AuditChain(HubStorage storage)
{
    private static readonly string EndsSql = SqlFiles.Read("Audit/ReadEnds.sql");
    private static readonly string WalkSql = SqlFiles.Read("Audit/WalkAudit.sql");

    /// <summary>A place in the chain that is taken for true.</summary>
    private readonly record struct Place(long Position, byte[] Hash);

    /// <summary>Walks from the oldest entry, or from one that was verified before, to the first that is not as it was written.</summary>
    /// <param name="after">Position and hash of the entry that was verified before; null for none.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID: that entry is kept no more.</exception>
    public async Task<VerifyAuditResponse> VerifyAsync((long Position, byte[] Hash)? after, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var response = new VerifyAuditResponse();
        if (await ReadEndsAsync(connection, after?.Position ?? 0, cancellationToken) is not { } ends)
        {
            // Who took the ends away broke the chain at its beginning.
            response.Broken = new AuditBreak { Position = 1, Fault = AuditFault.Missing };
            return response;
        }

        var start = after is { } given ? new Place(given.Position, given.Hash) : ends.Dropped;
        if (start.Position < ends.Dropped.Position)
        {
            throw HubErrors.InvalidRequest(new FieldProblem(
                "after",
                string.Create(CultureInfo.InvariantCulture, $"该记录已到期清理;最早可从 {ends.Dropped.Position} 之后核验"),
                string.Create(CultureInfo.InvariantCulture, $"the entry is kept no more; the earliest is {ends.Dropped.Position}")));
        }

        if (start.Position > ends.Head.Position)
        {
            response.Broken = new AuditBreak { Position = ends.Head.Position + 1, Fault = AuditFault.Missing };
            return response;
        }

        var known = start.Position == ends.Dropped.Position ? ends.Dropped.Hash : ends.Asked;
        if (known is null || !known.AsSpan().SequenceEqual(start.Hash))
        {
            response.Broken = new AuditBreak { Position = start.Position, Fault = known is null ? AuditFault.Missing : AuditFault.Altered };
            return response;
        }

        await WalkAsync(connection, start, ends.Head, response, cancellationToken);
        return response;
    }

    private static async Task<(Place Head, Place Dropped, byte[]? Asked)?> ReadEndsAsync(
        NpgsqlConnection connection, long asked, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EndsSql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = asked } } };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken)
            ? (new(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)),
               new(rows.GetInt64(2), rows.GetFieldValue<byte[]>(3)),
               rows.IsDBNull(4) ? null : rows.GetFieldValue<byte[]>(4))
            : null;
    }

    private static async Task WalkAsync(
        NpgsqlConnection connection, Place place, Place head, VerifyAuditResponse response, CancellationToken cancellationToken)
    {
        // As long as it takes; the call has its own end.
        await using var command = new NpgsqlCommand(WalkSql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new NpgsqlParameter<long> { TypedValue = place.Position } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        try
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                var entry = AuditRow.Read(rows);
                if (FaultOf(entry, place, head) is { } fault)
                {
                    response.Broken = new AuditBreak { Position = place.Position + 1, Fault = fault };
                    command.Cancel();
                    return;
                }

                place = new Place(entry.Position, entry.Hash.ToByteArray());
                response.Entries++;
                response.Last = new AuditMark { Position = entry.Position, RecordedAt = entry.RecordedAt, Hash = entry.Hash };
                response.First ??= response.Last;
            }
        }
        catch
        {
            // Closing the reader would read what is left.
            command.Cancel();
            throw;
        }

        if (place.Position < head.Position)
        {
            response.Broken = new AuditBreak { Position = place.Position + 1, Fault = AuditFault.Missing };
        }
        else if (!place.Hash.AsSpan().SequenceEqual(head.Hash))
        {
            response.Broken = new AuditBreak { Position = place.Position, Fault = AuditFault.Altered };
        }
    }

    private static AuditFault? FaultOf(AuditEntry entry, Place before, Place head) =>
        entry.Position > head.Position && before.Position == head.Position ? AuditFault.Added
        : entry.Position != before.Position + 1 ? AuditFault.Missing
        : !AuditHash.Of(before.Hash, entry).AsSpan().SequenceEqual(entry.Hash.Span) ? AuditFault.Altered
        : entry.Position == head.Position && !entry.Hash.Span.SequenceEqual(head.Hash) ? AuditFault.Altered
        : null;
}
