using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Signals;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quarantine;

/// <summary>A quarantined change to replay, without its content.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Type">Its type id.</param>
/// <param name="Size">Bytes of its content.</param>
internal sealed record ReplayItem(long Id, string Type, int Size);

/// <summary>Pushes quarantined changes once more, by the rules of today, through the writer that every push goes through.</summary>
internal sealed class QuarantineReplay(
    HubStorage storage,
    EntityTypes types,
    DivisionRegister divisions,
    ChangeReader reader,
    FrameWriter writer,
    DiskWatch disk,
    IOptions<IngestionOptions> limits)
{
    /// <summary>Open changes of a node after a number, in the order of their arrival.</summary>
    /// <param name="filter">Source, type and rule.</param>
    /// <param name="ids">Only these numbers; empty means all that match.</param>
    /// <param name="after">Number after which to begin.</param>
    /// <param name="limit">Most changes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<List<ReplayItem>> SelectAsync(
        QuarantineFilter filter, IReadOnlyCollection<long> ids, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var items = await connection.QueryAsync<ReplayItem>(new CommandDefinition(
            SqlFiles.Read("Quarantine/SelectForReplay.sql"),
            new { filter.Source, filter.Type, filter.Rule, ids = ids.ToArray(), byIds = ids.Count > 0, after, limit },
            cancellationToken: cancellationToken));
        return items.AsList();
    }

    /// <summary>Replays changes of the caller's node. Those of a type go in the order of their arrival, in frames like those of a push.</summary>
    public async Task<ReplayQuarantinedRecordsResponse> RunAsync(
        Caller caller, IReadOnlyCollection<ReplayItem> items, CancellationToken cancellationToken)
    {
        disk.EnsureSpace();
        var frames = items
            .GroupBy(item => item.Type)
            .SelectMany(group => Frames(group).Select(ids => (Type: WritableType(group.Key, caller), Ids: ids)))
            .ToList();
        await divisions.RefreshIfOldAsync(cancellationToken);

        var response = new ReplayQuarantinedRecordsResponse { Counts = new PushCounts() };
        foreach (var (type, ids) in frames)
        {
            await ReplayAsync(caller, type, ids, response, cancellationToken);
        }

        return response;
    }

    private EntityType WritableType(string id, Caller caller)
    {
        var type = types.Demand(id);
        PushRules.EnsureWritable(type, caller);
        return type;
    }

    private IEnumerable<long[]> Frames(IEnumerable<ReplayItem> items)
    {
        var frame = new List<long>();
        var bytes = 0;
        foreach (var item in items)
        {
            if (frame.Count > 0 && (frame.Count == limits.Value.MaxChanges || bytes + item.Size > limits.Value.MaxFrameBytes))
            {
                yield return [.. frame];
                frame.Clear();
                bytes = 0;
            }

            frame.Add(item.Id);
            bytes += item.Size;
        }

        yield return [.. frame];
    }

    // Each further attempt has fewer changes, because closed ones never open again.
    private async Task ReplayAsync(
        Caller caller, EntityType type, long[] ids, ReplayQuarantinedRecordsResponse response, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (open, changes) = await ReadAsync(ids, cancellationToken);
            if (open.Count == 0)
            {
                response.Skipped += ids.Length;
                return;
            }

            try
            {
                var result = await writer.WriteAsync(
                    changes.Count,
                    () => new FrameWrite(type, caller, null, 0, [], reader.Read(type, changes)) { Replayed = open },
                    cancellationToken);
                response.Counts.Add(result.Counts);
                response.Rejected.Add(result.Rejected);
                response.Skipped += ids.Length - open.Count;
                return;
            }
            catch (ReplayOvertakenException)
            {
                // A newer change was accepted, or somebody discarded one; read again what is left.
            }
        }
    }

    private async Task<(List<long> Open, List<Change> Changes)> ReadAsync(long[] ids, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(long Id, byte[]? Payload, string Day)>(new CommandDefinition(
            SqlFiles.Read("Quarantine/ReadForReplay.sql"), new { ids }, cancellationToken: cancellationToken))).AsList();
        return (rows.ConvertAll(row => row.Id), rows.ConvertAll(row => ChangeOf(row.Payload, row.Day)));
    }

    // A change without a date held from the day it came, and must not cover what came since.
    private static Change ChangeOf(byte[]? payload, string day)
    {
        var change = Change.Parser.ParseFrom(payload ?? []);
        if (change.EffectiveFrom.Length == 0)
        {
            change.EffectiveFrom = day;
        }

        return change;
    }
}
