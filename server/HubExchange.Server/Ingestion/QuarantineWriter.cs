using Google.Protobuf;
using HubExchange.Server.Quarantine;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// Keeps the refused changes of a batch and closes what its accepted changes mend, in the transaction that acknowledges both.
/// </summary>
internal static class QuarantineWriter
{
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

    private static async Task AddPushedAsync(NpgsqlConnection connection, List<FrameOutcome> pushes, CancellationToken cancellationToken)
    {
        var rows = pushes
            .SelectMany((outcome, place) => outcome.Rejected
                .OrderBy(pair => pair.Change.Index)
                .Select(pair => new Row(outcome, place, pair.Change, pair.Violations)))
            .ToList();
        if (rows.Count == 0 && !pushes.Exists(outcome => outcome.MayMend))
        {
            return;
        }

        var accepted = LastAccepted(pushes);
        var open = pushes.Where(outcome => outcome.MayMend).Select(outcome => (outcome.Frame.Caller.Node, outcome.Frame.Type.Id)).ToHashSet();
        foreach (var group in accepted.Keys.GroupBy(key => (key.Source, key.Type)).Where(group => open.Contains(group.Key)))
        {
            await QuarantineResolver.ResolveAsync(
                connection,
                group.Key.Source,
                group.Key.Type,
                [.. group.Select(key => key.Key)],
                pushes[0].Result.RecordedAt,
                cancellationToken);
        }

        if (rows.Count > 0)
        {
            await InsertAsync(connection, rows, accepted, cancellationToken);
        }
    }

    /// <summary>Text as PostgreSQL can hold it: without NUL. The payload keeps everything as it came.</summary>
    public static string Storable(string text) => text.Replace('\0', '\uFFFD');

    /// <summary>The rules for which a change was refused.</summary>
    public static string[] RulesOf(IEnumerable<Violation> violations) =>
        [.. violations.Where(violation => violation.Severity == Severity.Error).Select(violation => violation.Rule).Distinct()];

    /// <summary>The keys of what was accepted, each with its last place in the batch.</summary>
    private static Dictionary<(string Source, string Type, string Key), (int Frame, int Index)> LastAccepted(List<FrameOutcome> outcomes)
    {
        var accepted = new Dictionary<(string, string, string), (int, int)>();
        for (var place = 0; place < outcomes.Count; place++)
        {
            var frame = outcomes[place].Frame;
            var refused = outcomes[place].Rejected.Select(pair => pair.Change.Index).ToHashSet();
            foreach (var change in frame.Changes.Where(change => !refused.Contains(change.Index)))
            {
                accepted[(frame.Caller.Node, frame.Type.Id, change.Key)] = (place, change.Index);
            }
        }

        return accepted;
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection,
        List<Row> rows,
        Dictionary<(string, string, string), (int, int)> accepted,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Ingestion/AddQuarantined.sql"), connection)
        {
            Parameters =
            {
                Texts(rows, row => row.Frame.Caller.Node),
                Texts(rows, row => row.Frame.Stream?.Stream ?? ""),
                new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Frame.Sequence)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(row => row.Change.Index)] },
                Texts(rows, row => row.Frame.Type.Id),
                Texts(rows, row => Storable(row.Change.Key)),
                new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Change.Received.ToByteArray())] },
                Texts(rows, row => ViolationJson.Write(row.Violations)),

                // Rule ids hold no character that an array literal would have to quote.
                Texts(rows, row => $"{{{string.Join(',', RulesOf(row.Violations))}}}"),
                new NpgsqlParameter<DateTime> { TypedValue = rows[0].Outcome.Result.RecordedAt },
                new NpgsqlParameter<bool[]> { TypedValue = [.. rows.Select(row => row.IsMendedBy(accepted))] },
            },
        };
        await using var ids = await command.ExecuteReaderAsync(cancellationToken);
        foreach (var row in rows)
        {
            await ids.ReadAsync(cancellationToken);
            row.Outcome.Result.Rejected.Add(new RejectedChange
            {
                Sequence = row.Frame.Sequence,
                Index = row.Change.Index,
                Key = Storable(row.Change.Key),
                QuarantineId = ids.GetInt64(0),
                Violations = { row.Violations },
            });
        }
    }

    private static NpgsqlParameter Texts(List<Row> rows, Func<Row, string> select) =>
        new() { Value = rows.Select(select).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>A refused change with the place of its frame in the batch.</summary>
    private sealed record Row(FrameOutcome Outcome, int Place, IncomingChange Change, List<Violation> Violations)
    {
        public FrameWrite Frame => Outcome.Frame;

        public bool IsMendedBy(Dictionary<(string, string, string), (int Frame, int Index)> accepted) =>
            accepted.TryGetValue((Frame.Caller.Node, Frame.Type.Id, Change.Key), out var last) && last.CompareTo((Place, Change.Index)) > 0;
    }
}
