using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Tells sources and holders on the day when versions that were announced ahead take effect. Reads as of a day show them from then on without
/// anything being rewritten; whoever keeps a copy has to know that its day has come. Days on which no hub ran are made up for.
/// </summary>
internal sealed class EffectiveJob(HubStorage storage, TimeProvider time) : IHubJob
{
    // Behind every type: no table has such a name.
    private const string Closing = "~";

    public JobDefinition Definition { get; } = new(
        "effective",
        "生效日启用",
        "Effective dates",
        "预告的版本到生效日时,通知其来源和持有方。",
        "Tells sources and holders when versions that were announced ahead take effect.",
        "0 5 0 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var today = ChinaTime.DayOf(context.Slot);
        if (context.Cursor != Closing &&
            await KeyRange.NextAsync(storage.Tables, context.Cursor, context.Size, context.Connection, cancellationToken) is { } range)
        {
            var after = await ExecuteAsync<DateOnly>("Jobs/Checks/BeginEffective.sql");
            var told = after < today ? await NoteAsync(range, after, today, context, cancellationToken) : 0;
            return new JobStep(range.NextCursor ?? Closing, range.Count, Changed: told);
        }

        // Only now: a run that was broken off begins again with the same days.
        await ExecuteAsync<object>("Jobs/Checks/EndEffective.sql");
        return new JobStep(null, 0);

        Task<T?> ExecuteAsync<T>(string file) => context.Connection.ExecuteScalarAsync<T>(new CommandDefinition(
            SqlFiles.Read(file), new { today }, context.Transaction, cancellationToken: cancellationToken));
    }

    // A version that was recorded on its day or later has been told of by the feed. Indexes: primary keys; that of the ledger by record.
    private async Task<int> NoteAsync(KeyRange range, DateOnly told, DateOnly today, JobContext context, CancellationToken cancellationToken)
    {
        const string columns = "hub_key, hub_source, hub_revision, hub_effective_from, hub_recorded_at";
        return await context.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            with effective as (
              select distinct on (r.hub_key, r.hub_source) r.hub_key, r.hub_source, r.hub_revision
              from (
                select {columns} from {range.Table.Table}
                union all
                select {columns} from {range.Table.VersionTable}) r
              where {KeyRange.Restriction}
                and r.hub_source <> '{EntityTable.HubSource}'
                and r.hub_effective_from > @told
                and r.hub_effective_from <= @today
                and r.hub_recorded_at < r.hub_effective_from::timestamp at time zone 'Asia/Shanghai'
              order by r.hub_key, r.hub_source, r.hub_effective_from desc, r.hub_revision desc
            ), concerned as (
              select hub_source as node, hub_key, hub_source from effective
              union
              select d.node, e.hub_key, e.hub_source
              from effective e
              join hub.delivery d on d.type = @type and d.key = e.hub_key and d.source = e.hub_source and d.revision = e.hub_revision
              where d.node <> ''
            )
            insert into hub.notice (node, kind, subject, count, type, source, created_at)
            select node, 'RECORDS_EFFECTIVE', @today::date::text, count(*), @type, hub_source, @at
            from concerned
            group by node, hub_source
            on conflict (node, type, source, subject) where kind = 'RECORDS_EFFECTIVE' and told_at is null
            do update set count = hub.notice.count + excluded.count
            """,
            new { range.After, range.Until, told, today, type = range.Table.Type.Id, at = time.GetUtcNow().UtcDateTime },
            context.Transaction,
            cancellationToken: cancellationToken));
    }
}
