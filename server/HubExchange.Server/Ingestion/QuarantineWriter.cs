using Dapper;
using HubExchange.Server.Quarantine;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Keeps refused changes, in the transaction that acknowledges them.</summary>
internal static class QuarantineWriter
{
    public static async Task<List<RejectedChange>> AddAsync(
        NpgsqlConnection connection,
        FrameWrite frame,
        IEnumerable<(IncomingChange Change, List<Violation> Violations)> rejected,
        DateTime recordedAt,
        CancellationToken cancellationToken)
    {
        var added = new List<RejectedChange>();
        foreach (var (change, violations) in rejected.OrderBy(pair => pair.Change.Index))
        {
            // Text in PostgreSQL cannot hold NUL; the payload keeps everything as it came.
            var key = change.Key.Replace('\0', '\uFFFD');
            foreach (var violation in violations)
            {
                violation.Value = violation.Value.Replace('\0', '\uFFFD');
            }

            var id = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                SqlFiles.Read("Ingestion/AddQuarantined.sql"),
                new
                {
                    source = frame.Caller.Node,
                    stream = frame.Stream?.Stream ?? "",
                    frame.Sequence,
                    change.Index,
                    type = frame.Type.Id,
                    key,
                    payload = change.Received.ToByteArray(),
                    violations = ViolationJson.Write(violations),
                    rules = violations.Where(violation => violation.Severity == Severity.Error).Select(violation => violation.Rule).Distinct().ToArray(),
                    recordedAt,
                },
                cancellationToken: cancellationToken));
            added.Add(new RejectedChange
            {
                Sequence = frame.Sequence,
                Index = change.Index,
                Key = key,
                QuarantineId = id,
                Violations = { violations },
            });
        }

        return added;
    }
}
