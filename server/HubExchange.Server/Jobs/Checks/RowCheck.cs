using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Consolidation;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Checks the current rows of a range of keys: each has the content its hash was made of, its columns say what the content says, of each
/// key with a living record exactly one row stands in consolidated views, and what the hub has consolidated is what its sources say now.
/// </summary>
internal sealed class RowCheck(HubIdentity identity)
{
    public const string HashRule = "store.hash";
    public const string ShownRule = "store.consolidated";
    public const string MergedRule = "store.merged";
    public const string ColumnRule = "store.column";

    /// <summary>Finds what is wrong in a range.</summary>
    public async Task<List<Issue>> FindAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        var type = range.Table.Type;
        var rows = await ReadAsync(range, context, cancellationToken);
        var issues = rows.Where(row => !row.IsIntact).Select(row => IssueOf(
            HashRule, type, row, "现行记录的内容与其散列不符,可能被绕过枢纽改动。", "The content of the current row is not what its hash was made of.")).ToList();
        foreach (var key in rows.GroupBy(row => row.Stored.Key))
        {
            issues.AddRange(OfKey(type, [.. key]));
        }

        // Not of rows whose content is damaged itself.
        var whole = rows.Where(row => row.IsIntact).Select(row => row.Stored).ToList();
        foreach (var (row, columns) in await ColumnCheck.FindAsync(range.Table, whole, context, cancellationToken))
        {
            var names = string.Join(", ", columns);
            var issue = IssueOf(ColumnRule, type, row, $"库表列与记录内容不符,可能被绕过枢纽改动:{names}。", $"Columns do not say what the record says: {names}.");
            issues.Add(issue with { Field = columns[0], Observed = names });
        }

        return issues;
    }

    private static async Task<List<CheckedRow>> ReadAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select r.hub_key, r.hub_source, r.hub_source_kind, r.hub_revision, r.hub_effective_from, r.hub_hash, r.hub_deleted, r.hub_consolidated,
              r.hub_payload, r.hub_provenance::text, r.hub_disputed::text, null::bigint, r.hub_recorded_at
            from {range.Table.Table} r
            where ($1::text is null or r.hub_key > $1) and ($2::text is null or r.hub_key <= $2)
            order by r.hub_key, r.hub_source
            """,
            context.Connection,
            context.Transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)range.After ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)range.Until ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        var read = new List<CheckedRow>((int)range.Count);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var row = ReportedRow.Read(rows);
            var record = row.IsDeleted ? null : Parse(range.Table.Type, row.Payload);
            var isIntact = row.IsDeleted || (record is not null && RecordHash.Compute(range.Table.Type, record).AsSpan().SequenceEqual(row.Hash));
            var evidence = new EvidenceRow(row.Source, null, row.Revision, rows.GetDateTime(12));
            read.Add(new CheckedRow(row, new StoredRow(row.Key, row.Source, row.Revision, isIntact ? record : null, evidence), isIntact));
        }

        return read;
    }

    private IEnumerable<Issue> OfKey(EntityType type, List<CheckedRow> rows)
    {
        var shown = rows.FindAll(row => row.Row.IsConsolidated);
        foreach (var more in shown.Skip(1))
        {
            yield return IssueOf(ShownRule, type, more, "同一主键有多条记录被归集视图采用。", "Several rows of the key stand in consolidated views.");
        }

        if (shown.Count == 0 && rows.Find(row => row.Row is { IsHubs: false, IsDeleted: false }) is { } hidden)
        {
            yield return IssueOf(ShownRule, type, hidden, "来源有此记录,归集视图却不采用任何一条。", "A source has the record, and no row of the key stands in consolidated views.");
        }

        if (rows.Count > 1 && rows.TrueForAll(row => row.IsIntact) && !IsMerged(type, rows.ConvertAll(row => row.Row)))
        {
            yield return IssueOf(
                MergedRule, type, rows.Find(row => row.Row.IsHubs) ?? rows[0], "归集记录不是由各来源的现行记录归集而成。", "The consolidated record is not what the current records of its sources make.");
        }
    }

    // By what makes them, for the day on which the latest of them holds: nothing may be missing.
    private static bool IsMerged(EntityType type, List<ReportedRow> rows) =>
        new HubTimeline(type, rows).Since(rows.Max(row => row.EffectiveFrom)).Count == 0;

    private static IMessage? Parse(EntityType type, byte[] payload)
    {
        try
        {
            return type.Parse(UnsafeByteOperations.UnsafeWrap(payload));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private Issue IssueOf(string rule, EntityType type, CheckedRow row, string zh, string en) => IssueOf(rule, type, row.Stored, zh, en);

    private Issue IssueOf(string rule, EntityType type, StoredRow row, string zh, string en) => new(
        rule, $"{type.Id}|{row.Key}|{row.Source}", row.Key, QualityDimension.Accuracy, Severity.Error, zh, en, type.Id, row.Key, "", row.Source,
        identity.Options.OperatorNode, "", "", [row.Evidence]);

    private sealed record CheckedRow(ReportedRow Row, StoredRow Stored, bool IsIntact);
}
