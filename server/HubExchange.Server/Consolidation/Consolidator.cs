using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Consolidation;

/// <summary>
/// Keeps one record for each key in consolidated views: the source's own where one source reports it; where several do, a record of the
/// hub's own with the best of each, its provenance and what the sources disagree about. Versions and feed entries of the hub's record are
/// like those of any source; a back-dated change makes back-dated versions of it. Runs in the transaction that writes the sources' versions.
/// </summary>
internal sealed class Consolidator(RecordWriter records, DivisionRegister divisions)
{
    /// <summary>
    /// Locks every row of the keys that <see cref="SettleAsync"/> is going to settle, in one order: two transactions that first wrote their
    /// own rows and then looked at each other's would stand in each other's way. No round trip when there are none.
    /// </summary>
    /// <returns>What consolidated views show of them until then.</returns>
    public async Task<IReadOnlyDictionary<string, VersionId>> LockAsync(
        WriteTransaction transaction, EntityType type, IReadOnlyList<BatchChange> planned, CancellationToken cancellationToken)
    {
        var shown = new Dictionary<string, VersionId>();
        if (KeysOf(planned) is not { Length: > 0 } keys)
        {
            return shown;
        }

        // The second statement sees what those did for whom the first one waited.
        var statements = records.StatementsOf(type);
        foreach (var statement in new[] { statements.LockShared, statements.ReadShown })
        {
            transaction.Add(new NpgsqlBatchCommand(statement) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys } } });
        }

        await using var rows = await transaction.ReadAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            shown.Add(rows.GetString(0), new VersionId(rows.GetString(1), rows.GetInt64(2)));
        }

        return shown;
    }

    /// <summary>Settles the keys of what was written for which more than one source may matter. No round trip when there are none.</summary>
    /// <param name="transaction">The transaction that writes them.</param>
    /// <param name="type">Their type.</param>
    /// <param name="written">What was written.</param>
    /// <param name="shown">What <see cref="LockAsync"/> returned.</param>
    /// <param name="recordedAt">When.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What changes in consolidated views, to be announced after the versions that were written.</returns>
    public async Task<List<FeedEntry>> SettleAsync(
        WriteTransaction transaction,
        EntityType type,
        IReadOnlyList<BatchChange> written,
        IReadOnlyDictionary<string, VersionId> shown,
        DateTime recordedAt,
        CancellationToken cancellationToken)
    {
        var keys = KeysOf(written);
        if (keys.Length == 0)
        {
            return [];
        }

        var settlement = new Settlement();
        var changes = written.ToLookup(item => item.Key);
        var statements = records.StatementsOf(type);
        var current = (await ReadAsync(transaction, statements.ReadShared, keys, cancellationToken)).GroupBy(row => row.Key).ToList();
        string[] reachBack = [.. current.Where(rows => ReachesBack(rows, changes[rows.Key])).Select(rows => rows.Key)];
        var history = reachBack.Length == 0
            ? []
            : await ReadAsync(transaction, statements.ReadHistory, reachBack, cancellationToken);
        var past = history.ToLookup(row => row.Key);
        foreach (var rows in current)
        {
            Settle(type, [.. rows], past[rows.Key], changes[rows.Key], shown, settlement);
        }

        return await ApplyAsync(transaction, type, settlement, recordedAt, cancellationToken);
    }

    // A deletion may always leave the key to another source, also to one that is writing it for the first time right now. Two that both add
    // or keep a record of the key run into the unique index, and one of them starts again.
    private static string[] KeysOf(IReadOnlyList<BatchChange> items) =>
        [.. items.Where(item => item.IsShared || item.Change.IsDelete).Select(item => item.Key).Distinct()];

    // Nothing changes before the day of a change, so that the current rows tell everything unless one of them holds from a later day.
    private static bool ReachesBack(IEnumerable<ReportedRow> rows, IEnumerable<BatchChange> changes)
    {
        var latest = rows.Max(row => row.EffectiveFrom);
        return changes.Any(item => item.Version!.EffectiveFrom < latest || item.Stored?.EffectiveFrom > item.Version.EffectiveFrom);
    }

    private static async Task<List<ReportedRow>> ReadAsync(
        WriteTransaction transaction, string statement, string[] keys, CancellationToken cancellationToken)
    {
        transaction.Add(new NpgsqlBatchCommand(statement) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys } } });
        await using var reader = await transaction.ReadAsync(cancellationToken);

        var rows = new List<ReportedRow>(keys.Length * 2);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(ReportedRow.Read(reader));
        }

        return rows;
    }

    private void Settle(
        EntityType type,
        List<ReportedRow> rows,
        IEnumerable<ReportedRow> past,
        IEnumerable<BatchChange> changes,
        IReadOnlyDictionary<string, VersionId> shownByKey,
        Settlement settlement)
    {
        var own = rows.Find(row => row.IsHubs);
        var living = rows.FindAll(row => row is { IsHubs: false, IsDeleted: false });
        var shown = ShownBefore(rows, changes, shownByKey);
        var timeline = new HubTimeline(type, [.. rows, .. past]);
        var since = changes.Min(item => item.Version!.EffectiveFrom);
        var statements = timeline.Since(since);
        for (var i = 0; i < statements.Count; i++)
        {
            var version = VersionOf(type, statements[i], own, rows[0].Key, isLatest: i == statements.Count - 1, isLeft: living.Count > 0);
            version.Previous = version.ChangesConsolidated ? shown
                : version.Kind == WriteKind.Replace && own is { IsDeleted: false } ? new VersionId(own.Source, own.Revision)
                : null;
            settlement.Versions.Add(version);
        }

        if (living.Count >= 2)
        {
            settlement.Hidden.AddRange(living.Where(row => row.IsConsolidated));
            return;
        }

        if (living.Count == 0 && own is not { IsDeleted: false })
        {
            foreach (var item in changes.Where(item => item.Change.IsDelete))
            {
                item.Version!.ChangesConsolidated = true;
                (item.Version.Previous, shown) = (shown, null);
            }
        }

        settlement.Shown.AddRange(living
            .Where(row => !row.IsConsolidated)
            .Select(row => (row, new FeedEntry(row.Key, row.Source, row.Revision, FeedEntry.Show, true, shown))));
    }

    // What consolidated views showed before the changes. Rows that were overwritten are known from when they were locked.
    private static VersionId? ShownBefore(
        List<ReportedRow> rows, IEnumerable<BatchChange> changes, IReadOnlyDictionary<string, VersionId> shown)
    {
        if (rows.Find(row => row.IsConsolidated && changes.All(item => item.Source != row.Source)) is { } kept)
        {
            return new VersionId(kept.Source, kept.Revision);
        }

        return shown.TryGetValue(rows[0].Key, out var before) ? before : null;
    }

    // Only the latest one may stand in views; the others held before it and go to the history.
    private RecordVersion VersionOf(EntityType type, HubStatement statement, ReportedRow? own, string key, bool isLatest, bool isLeft)
    {
        var record = statement.Merged?.Record;
        var kind = !isLatest ? WriteKind.BackDate
            : own is null ? WriteKind.Insert
            : statement.EffectiveFrom >= own.EffectiveFrom ? WriteKind.Replace
            : WriteKind.BackDate;
        return new RecordVersion
        {
            Kind = kind,
            Key = key,
            Source = EntityTable.HubSource,
            SourceKind = null,
            Revision = statement.Revision,
            EffectiveFrom = statement.EffectiveFrom,
            Hash = statement.Hash,
            Payload = statement.Payload,
            Record = record,
            IsConsolidated = kind != WriteKind.BackDate && record is not null,
            ChangesConsolidated = kind != WriteKind.BackDate && (record is not null || !isLeft),
            Warnings = record is null
                ? null
                : [.. divisions.Validator.Validate(type, record).Select(violation => violation.Rule).Distinct()],
            Provenance = statement.Provenance,
            Disputed = statement.Disputed,
        };
    }

    // What steps back goes first: the unique index allows one consolidated row of a key at any time.
    private async Task<List<FeedEntry>> ApplyAsync(
        WriteTransaction transaction, EntityType type, Settlement settlement, DateTime recordedAt, CancellationToken cancellationToken)
    {
        AddShow(transaction, type, settlement.Hidden, isConsolidated: false);
        await records.WriteAsync(transaction, type, settlement.Versions, recordedAt, cancellationToken);
        AddShow(transaction, type, settlement.Shown.ConvertAll(shown => shown.Row), isConsolidated: true);
        return
        [
            .. settlement.Versions.Select(version => FeedEntry.Of(version, isSettled: false)),
            .. settlement.Shown.Select(shown => shown.Entry),
        ];
    }

    private void AddShow(WriteTransaction transaction, EntityType type, List<ReportedRow> rows, bool isConsolidated)
    {
        if (rows.Count > 0)
        {
            transaction.Add(new NpgsqlBatchCommand(records.StatementsOf(type).Show)
            {
                Parameters =
                {
                    BatchArray.Of(rows, row => row.Key),
                    BatchArray.Of(rows, row => row.Source),
                    new NpgsqlParameter<bool> { TypedValue = isConsolidated },
                },
            });
        }
    }

    private sealed class Settlement
    {
        /// <summary>Sources' rows that no longer stand for their keys.</summary>
        public List<ReportedRow> Hidden { get; } = [];

        /// <summary>Sources' rows that stand for their keys from now on.</summary>
        public List<(ReportedRow Row, FeedEntry Entry)> Shown { get; } = [];

        /// <summary>New versions of the hub's own records.</summary>
        public List<RecordVersion> Versions { get; } = [];
    }
}
