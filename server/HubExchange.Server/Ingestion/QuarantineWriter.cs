using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// Keeps the refused changes of a batch and closes what its accepted changes mend, in the transaction that acknowledges both. A change
/// that is refused once more while it is still open keeps its number and its one row.
/// </summary>
internal static class QuarantineWriter
{
    private static readonly string AddSql = SqlFiles.Read("Ingestion/AddQuarantined.sql");
    private static readonly string FindSql = SqlFiles.Read("Ingestion/FindIdentical.sql");
    private static readonly string UpdateSql = SqlFiles.Read("Ingestion/UpdateIdentical.sql");

    public static async Task AddAsync(NpgsqlConnection connection, List<FrameOutcome> outcomes, CancellationToken cancellationToken)
    {
        foreach (var violation in outcomes.SelectMany(outcome => outcome.Rejected).SelectMany(pair => pair.Violations))
        {
            violation.Value = Storable(violation.Value);
        }

        await AddPushedAsync(connection, outcomes.FindAll(outcome => outcome.Frame.Replayed is null), cancellationToken);

        // After the pushes: a replay in one batch with a new record of its key must find itself overtaken, and not cover that record.
        foreach (var replay in outcomes.Where(outcome => outcome.Frame.Replayed is not null))
        {
            replay.Result.Rejected.AddRange(await ReplayedChanges.SettleAsync(
                connection, replay.Frame, replay.Frame.Replayed!, replay.Rejected, replay.Result.RecordedAt, cancellationToken));
        }
    }

    /// <summary>Text as PostgreSQL can hold it: without NUL. The payload keeps everything as it came.</summary>
    public static string Storable(string text) => text.Replace('\0', '\uFFFD');

    /// <summary>A key as the indexes can hold it. One that is longer is refused for that; the payload keeps it whole.</summary>
    public static string StorableKey(string key)
    {
        if (key.Length <= EntityType.MaxKeyLength)
        {
            return Storable(key);
        }

        // Not between the halves of a character beyond the basic plane, and different from every key that is short enough.
        var length = char.IsHighSurrogate(key[EntityType.MaxKeyLength - 1]) ? EntityType.MaxKeyLength - 1 : EntityType.MaxKeyLength;
        return $"{Storable(key[..length])}……";
    }

    /// <summary>The rules for which a change was refused.</summary>
    public static string[] RulesOf(IEnumerable<Violation> violations) =>
        [.. violations.Where(violation => violation.Severity == Severity.Error).Select(violation => violation.Rule).Distinct()];

    private static async Task AddPushedAsync(NpgsqlConnection connection, List<FrameOutcome> pushes, CancellationToken cancellationToken)
    {
        var refused = pushes
            .SelectMany(outcome => outcome.Rejected
                .OrderBy(pair => pair.Change.Index)
                .Select(pair => new RefusedChange(outcome, pair.Change, pair.Violations)))
            .ToList();
        var mayMend = pushes.Exists(outcome => outcome.MayMend);
        if (refused.Count == 0 && !mayMend)
        {
            return;
        }

        var known = mayMend && refused.Count > 0 ? await FindIdenticalAsync(connection, refused, cancellationToken) : [];
        var added = Follow(pushes, refused, known);
        await ResolveAsync(connection, pushes, refused, cancellationToken);
        if (added.Count > 0)
        {
            await InsertAsync(connection, added, cancellationToken);
        }

        foreach (var change in refused)
        {
            change.Outcome.Result.Rejected.Add(new RejectedChange
            {
                Sequence = change.Frame.Sequence,
                Index = change.Change.Index,
                Key = change.Key,
                QuarantineId = change.Kept.Id,
                Violations = { change.Violations },
            });
        }
    }

    // Goes through the changes in their order, as if each were alone, and returns the refused ones that need a row of their own.
    private static List<RefusedChange> Follow(
        List<FrameOutcome> pushes,
        List<RefusedChange> refused,
        Dictionary<((string, string, string), string), KeptChange> known)
    {
        var open = refused.Select(change => change.Record).Distinct().ToDictionary(record => record, _ => new Dictionary<string, KeptChange>());
        foreach (var ((record, digest), kept) in known)
        {
            open[record].Add(digest, kept);
        }

        var added = new List<RefusedChange>();
        var rows = refused.ToDictionary(change => change.Change);
        foreach (var frame in pushes.Select(outcome => outcome.Frame))
        {
            foreach (var change in frame.Changes)
            {
                if (rows.TryGetValue(change, out var row))
                {
                    var digest = Convert.ToHexString(row.Digest);
                    if (!open[row.Record].TryGetValue(digest, out var kept))
                    {
                        open[row.Record][digest] = kept = new KeptChange(0);
                        added.Add(row);
                    }

                    row.Kept = kept;
                }
                else if (open.TryGetValue((frame.Caller.Node, frame.Type.Id, change.Key), out var mended))
                {
                    foreach (var kept in mended.Values)
                    {
                        kept.IsMended = true;
                    }

                    mended.Clear();
                }
            }
        }

        return added;
    }

    private static async Task<Dictionary<((string, string, string), string), KeptChange>> FindIdenticalAsync(
        NpgsqlConnection connection, List<RefusedChange> refused, CancellationToken cancellationToken)
    {
        var known = new Dictionary<((string, string, string), string), KeptChange>();
        var differing = new List<(long Id, RefusedChange Change)>();
        await using (var command = new NpgsqlCommand(FindSql, connection)
        {
            Parameters =
            {
                BatchArray.Of(refused, change => change.Frame.Caller.Node),
                BatchArray.Of(refused, change => change.Frame.Type.Id),
                BatchArray.Of(refused, change => change.Key),
                BatchArray.Of(refused, change => change.Digest),
                BatchArray.Of(refused, change => change.ViolationText),
            },
        })
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var change = refused[(int)rows.GetInt64(0) - 1];
                if (known.TryAdd((change.Record, Convert.ToHexString(change.Digest)), new KeptChange(rows.GetInt64(1))) && !rows.GetBoolean(2))
                {
                    differing.Add((rows.GetInt64(1), change));
                }
            }
        }

        if (differing.Count > 0)
        {
            await using var update = new NpgsqlCommand(UpdateSql, connection)
            {
                Parameters =
                {
                    BatchArray.Of(differing, pair => pair.Id),
                    BatchArray.Of(differing, pair => pair.Change.ViolationText),
                    BatchArray.Of(differing, pair => pair.Change.RuleText),
                },
            };
            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        return known;
    }

    private static async Task ResolveAsync(
        NpgsqlConnection connection, List<FrameOutcome> pushes, List<RefusedChange> refused, CancellationToken cancellationToken)
    {
        var rejected = refused.Select(change => change.Change).ToHashSet();
        var mending = pushes.Where(outcome => outcome.MayMend).Select(outcome => outcome.Frame);
        foreach (var group in mending.GroupBy(frame => (Source: frame.Caller.Node, Type: frame.Type.Id)))
        {
            var keys = group.SelectMany(frame => frame.Changes).Where(change => !rejected.Contains(change)).Select(change => change.Key);
            await QuarantineResolver.ResolveAsync(
                connection, group.Key.Source, group.Key.Type, [.. keys.Distinct()], pushes[0].Result.RecordedAt, cancellationToken);
        }
    }

    private static async Task InsertAsync(NpgsqlConnection connection, List<RefusedChange> added, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AddSql, connection)
        {
            Parameters =
            {
                BatchArray.Of(added, change => change.Frame.Caller.Node),
                BatchArray.Of(added, change => change.Frame.Stream?.Stream ?? ""),
                BatchArray.Of(added, change => change.Frame.Sequence),
                BatchArray.Of(added, change => change.Change.Index),
                BatchArray.Of(added, change => change.Frame.Type.Id),
                BatchArray.Of(added, change => change.Key),
                BatchArray.Of(added, change => change.Payload),
                BatchArray.Of(added, change => change.ViolationText),
                BatchArray.Of(added, change => change.RuleText),
                new NpgsqlParameter<DateTime> { TypedValue = added[0].Outcome.Result.RecordedAt },
                BatchArray.Of(added, change => change.Kept.IsMended),
            },
        };
        await using var ids = await command.ExecuteReaderAsync(cancellationToken);
        foreach (var change in added)
        {
            await ids.ReadAsync(cancellationToken);
            change.Kept.Id = ids.GetInt64(0);
        }
    }
}
