using System.Text.Json;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
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
/// like those of any source. Runs in the transaction that writes the sources' versions.
/// </summary>
internal sealed class Consolidator(RecordWriter records, DivisionRegister divisions, TimeProvider time)
{
    /// <summary>
    /// Adds the statement that locks every row of the keys that <see cref="SettleAsync"/> is going to settle, in one order: two transactions
    /// that first wrote their own rows and then looked at each other's would stand in each other's way.
    /// </summary>
    public void AddLock(WriteTransaction transaction, EntityType type, IReadOnlyList<BatchChange> planned)
    {
        if (KeysOf(planned) is { Length: > 0 } keys)
        {
            transaction.Add(new NpgsqlBatchCommand(records.StatementsOf(type).LockShared)
            {
                Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys } },
            });
        }
    }

    /// <summary>Settles the keys of what was written for which more than one source may matter. No round trip when there are none.</summary>
    /// <param name="transaction">The transaction that writes them.</param>
    /// <param name="type">Their type.</param>
    /// <param name="written">What was written.</param>
    /// <param name="recordedAt">When.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What changes in consolidated views, to be announced after the versions that were written.</returns>
    public async Task<List<FeedEntry>> SettleAsync(
        WriteTransaction transaction,
        EntityType type,
        IReadOnlyList<BatchChange> written,
        DateTime recordedAt,
        CancellationToken cancellationToken)
    {
        var keys = KeysOf(written);
        if (keys.Length == 0)
        {
            return [];
        }

        var settlement = new Settlement();
        var deletions = written.Where(item => item.Change.IsDelete).ToLookup(item => item.Key, item => item.Version!);
        foreach (var rows in (await ReadAsync(transaction, type, keys, cancellationToken)).GroupBy(row => row.Key))
        {
            Settle(type, [.. rows], deletions[rows.Key], settlement);
        }

        return Apply(transaction, type, settlement, recordedAt);
    }

    // A deletion may always leave the key to another source, also to one that is writing it for the first time right now. Two that both add
    // or keep a record of the key run into the unique index, and one of them starts again.
    private static string[] KeysOf(IReadOnlyList<BatchChange> items) =>
        [.. items.Where(item => item.IsShared || item.Change.IsDelete).Select(item => item.Key).Distinct()];

    private async Task<List<ReportedRow>> ReadAsync(
        WriteTransaction transaction, EntityType type, string[] keys, CancellationToken cancellationToken)
    {
        transaction.Add(new NpgsqlBatchCommand(records.StatementsOf(type).ReadShared)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys } },
        });
        await using var reader = await transaction.ReadAsync(cancellationToken);

        // The statement that locks, when it travels with this one, has a result of its own without columns.
        while (reader.FieldCount == 0 && await reader.NextResultAsync(cancellationToken))
        {
        }

        var rows = new List<ReportedRow>(keys.Length * 2);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(ReportedRow.Read(reader));
        }

        return rows;
    }

    private void Settle(EntityType type, List<ReportedRow> rows, IEnumerable<RecordVersion> deletions, Settlement settlement)
    {
        var own = rows.Find(row => row.IsHubs);
        var living = rows.FindAll(row => row is { IsHubs: false, IsDeleted: false });
        if (living.Count >= 2)
        {
            settlement.Hidden.AddRange(living.Where(row => row.IsConsolidated));
            if (Consolidate(type, living, own) is { } version)
            {
                settlement.Versions.Add(version);
            }

            return;
        }

        if (own is { IsDeleted: false })
        {
            settlement.Versions.Add(Retire(own, isLast: living.Count == 0));
        }
        else if (living.Count == 0)
        {
            foreach (var deletion in deletions)
            {
                deletion.ChangesConsolidated = true;
            }
        }

        settlement.Shown.AddRange(living.Where(row => !row.IsConsolidated));
    }

    private RecordVersion? Consolidate(EntityType type, List<ReportedRow> living, ReportedRow? own)
    {
        var merged = FieldMerge.Merge(
            type, living.ConvertAll(row => new Statement(row.Source, row.Kind, type.Parse(UnsafeByteOperations.UnsafeWrap(row.Payload)))));
        var version = new RecordVersion
        {
            Kind = own is null ? WriteKind.Insert : WriteKind.Replace,
            Key = living[0].Key,
            Source = EntityTable.HubSource,
            SourceKind = null,
            Revision = (own?.Revision ?? 0) + 1,
            EffectiveFrom = living.Max(row => row.EffectiveFrom),
            Hash = RecordHash.Compute(type, merged.Record),
            Payload = merged.Record.ToByteArray(),
            Record = merged.Record,
            IsConsolidated = true,
            ChangesConsolidated = true,
            Warnings = ArrayText.OfIds([.. divisions.Validator.Validate(type, merged.Record).Select(violation => violation.Rule).Distinct()]),
            Provenance = JsonSerializer.Serialize(merged.Provenance),
            Disputed = ArrayText.OfIds(merged.Disputed),
        };
        return IsSame(version, own) ? null : version;
    }

    private static bool IsSame(RecordVersion version, ReportedRow? own) =>
        own is { IsDeleted: false, IsConsolidated: true } &&
        own.EffectiveFrom == version.EffectiveFrom &&
        own.Hash.AsSpan().SequenceEqual(version.Hash) &&
        own.Payload.AsSpan().SequenceEqual(version.Payload) &&
        own.Disputed == version.Disputed &&
        JsonElement.DeepEquals(JsonElement.Parse(own.Provenance!), JsonElement.Parse(version.Provenance!));

    private RecordVersion Retire(ReportedRow own, bool isLast)
    {
        var today = ChinaTime.Today(time);
        return new RecordVersion
        {
            Kind = WriteKind.Replace,
            Key = own.Key,
            Source = EntityTable.HubSource,
            SourceKind = null,
            Revision = own.Revision + 1,
            EffectiveFrom = own.EffectiveFrom > today ? own.EffectiveFrom : today,
            Hash = [],
            Payload = [],
            Record = null,
            IsConsolidated = false,
            ChangesConsolidated = isLast,
        };
    }

    // What steps back goes first: the unique index allows one consolidated row of a key at any time.
    private List<FeedEntry> Apply(WriteTransaction transaction, EntityType type, Settlement settlement, DateTime recordedAt)
    {
        AddShow(transaction, type, settlement.Hidden, isConsolidated: false);
        records.AddWrites(transaction, type, settlement.Versions, recordedAt);
        AddShow(transaction, type, settlement.Shown, isConsolidated: true);
        return
        [
            .. settlement.Versions.Select(FeedEntry.Of),
            .. settlement.Shown.Select(row => new FeedEntry(row.Key, row.Source, row.Revision, FeedEntry.Upsert, true)),
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
        public List<ReportedRow> Shown { get; } = [];

        /// <summary>New versions of the hub's own records.</summary>
        public List<RecordVersion> Versions { get; } = [];
    }
}
