using System.Globalization;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// The hub checks itself: every current row still has the content its hash was made of, its columns say what the content says, of each
/// key at most one row stands in consolidated views, and the change feed is whole. Damage from outside, such as an edit by SQL, shows here.
/// </summary>
internal sealed class StoreCheckJob(HubStorage storage, RangeCheck check, FeedCheck feed, HubIdentity identity) : IHubJob
{
    public const string HashRule = "store.hash";
    public const string ShownRule = "store.consolidated";
    public const string ColumnRule = "store.column";

    // Behind every type: no table has such a name.
    private const string Feed = "~";

    public JobDefinition Definition { get; } = new(
        "store-check",
        "库表自检",
        "Self-check of the store",
        "核对每条现行记录的内容与其散列、各列、归集标记以及变更流是否一致,发现绕过枢纽的改动。",
        "Checks each current row against its hash, columns and marks, and the change feed; finds changes made behind the hub's back.",
        "0 0 3 ? * SUN");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (context.Cursor?.StartsWith(Feed, StringComparison.Ordinal) != true)
        {
            var step = await check.RunAsync(
                storage.Tables,
                [HashRule, ShownRule, ColumnRule],
                Definition.Label,
                context,
                range => ReadAsync(range, context, cancellationToken),
                cancellationToken);
            return step with { NextCursor = step.NextCursor ?? CursorOf(await feed.BeginAsync(context, cancellationToken)) };
        }

        var after = long.Parse(context.Cursor.AsSpan(Feed.Length), CultureInfo.InvariantCulture);
        var (next, part) = await feed.RunAsync(after, Definition.Label, context, cancellationToken);
        return part with { NextCursor = next is { } position ? CursorOf(position) : null };
    }

    private static string CursorOf(long position) => string.Create(CultureInfo.InvariantCulture, $"{Feed}{position}");

    private async Task<List<Issue>> ReadAsync(KeyRange range, JobContext context, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select r.hub_key, r.hub_source, r.hub_revision, r.hub_recorded_at, r.hub_hash, r.hub_deleted, r.hub_payload, r.hub_consolidated
            from {range.Table.Table} r
            where ($1::text is null or r.hub_key > $1) and ($2::text is null or r.hub_key <= $2)
            order by r.hub_key, r.hub_source
            """,
            context.Connection,
            context.Transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)range.After ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)range.Until ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        var type = range.Table.Type;
        var issues = new List<Issue>();
        var (lastKey, shown) = ("", 0);
        var whole = new List<StoredRow>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var (key, source) = (rows.GetString(0), rows.GetString(1));
            var evidence = new EvidenceRow(source, null, rows.GetInt64(2), rows.GetDateTime(3));
            var hash = rows.GetFieldValue<byte[]>(4);
            var record = rows.GetBoolean(5) ? null : Parse(type, rows.GetFieldValue<byte[]>(6));
            if (rows.GetBoolean(5) || (record is not null && RecordHash.Compute(type, record).AsSpan().SequenceEqual(hash)))
            {
                whole.Add(new StoredRow(key, source, evidence.Revision!.Value, record, evidence));
            }
            else
            {
                issues.Add(IssueOf(
                    HashRule, type, key, source, "现行记录的内容与其散列不符,可能被绕过枢纽改动。", "The content of the current row is not what its hash was made of.", evidence));
            }

            shown = (key == lastKey ? shown : 0) + (rows.GetBoolean(7) ? 1 : 0);
            if (shown > 1 && rows.GetBoolean(7))
            {
                issues.Add(IssueOf(
                    ShownRule, type, key, source, "同一主键有多条记录被归集视图采用。", "Several rows of the key stand in consolidated views.", evidence));
            }

            lastKey = key;
        }

        // Not of rows whose content is damaged itself.
        await rows.CloseAsync();
        foreach (var (row, columns) in await ColumnCheck.FindAsync(range.Table, whole, context, cancellationToken))
        {
            var names = string.Join(", ", columns);
            var issue = IssueOf(
                ColumnRule, type, row.Key, row.Source, $"库表列与记录内容不符,可能被绕过枢纽改动:{names}。", $"Columns do not say what the record says: {names}.", row.Evidence);
            issues.Add(issue with { Field = columns[0], Observed = names });
        }

        return issues;
    }

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

    private Issue IssueOf(string rule, EntityType type, string key, string source, string zh, string en, EvidenceRow evidence) => new(
        rule, $"{type.Id}|{key}|{source}", key, QualityDimension.Accuracy, Severity.Error, zh, en, type.Id, key, "", source,
        identity.Options.OperatorNode, "", "", [evidence]);
}
