using Dapper;
using HubExchange.Server.Faults;
using HubExchange.Server.Quarantine;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Settles the quarantined changes of a frame that replays them, in the transaction that writes it.</summary>
internal static class ReplayedChanges
{
    /// <summary>Closes those that were accepted, and keeps the others open under their numbers.</summary>
    /// <exception cref="ReplayOvertakenException">One of them was closed meanwhile; nothing of the frame may be committed.</exception>
    public static async Task<List<RejectedChange>> SettleAsync(
        NpgsqlConnection connection,
        FrameWrite frame,
        IReadOnlyList<long> ids,
        List<(IncomingChange Change, List<Violation> Violations)> rejected,
        DateTime closedAt,
        CancellationToken cancellationToken)
    {
        var open = await connection.QueryAsync<long>(new CommandDefinition(
            SqlFiles.Read("Ingestion/LockReplayed.sql"), new { ids = ids.ToArray(), source = frame.Caller.Node }, cancellationToken: cancellationToken));
        if (open.Count() != ids.Count)
        {
            throw new ReplayOvertakenException();
        }

        var added = new List<RejectedChange>(rejected.Count);
        foreach (var (change, violations) in rejected)
        {
            var id = ids[change.Index];
            await connection.ExecuteAsync(new CommandDefinition(
                SqlFiles.Read("Ingestion/UpdateReplayed.sql"),
                new { id, violations = ViolationJson.Write(violations), rules = QuarantineWriter.RulesOf(violations) },
                cancellationToken: cancellationToken));
            added.Add(new RejectedChange
            {
                Index = change.Index,
                Key = QuarantineWriter.StorableKey(change.Key),
                QuarantineId = id,
                Violations = { violations },
            });
        }

        await FailPoints.HitAsync(FailPoint.ReplaySettle);
        var refused = rejected.Select(pair => pair.Change.Index).ToHashSet();
        var accepted = frame.Changes.Where(change => !refused.Contains(change.Index)).ToList();
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Ingestion/SettleReplayed.sql"),
            new
            {
                source = frame.Caller.Node,
                type = frame.Type.Id,
                keys = accepted.ConvertAll(change => change.Key).ToArray(),
                ids = accepted.ConvertAll(change => ids[change.Index]).ToArray(),
                closedAt,
                closedBy = frame.Caller.Name,
            },
            cancellationToken: cancellationToken));
        return added;
    }
}

/// <summary>A change was closed while it was being replayed: a newer one was accepted, or somebody discarded it.</summary>
internal sealed class ReplayOvertakenException() : Exception("A quarantined change was closed while it was being replayed.");
