using System.Globalization;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// The hub checks itself: the current rows, the change feed and the versions it announces, and what is derived from them and kept, the
/// digests of sources that attend and the counts by place. Damage from outside, such as an edit by SQL, shows here.
/// </summary>
internal sealed class StoreCheckJob(HubStorage storage, RangeCheck check, RowCheck rows, FeedCheck feed, KeptCheck kept) : IHubJob
{
    // Behind every type, and behind the feed: no table has such a name.
    private const string Feed = "~";
    private const string Kept = "~~";

    public JobDefinition Definition { get; } = new(
        "store-check",
        "库表自检",
        "Self-check of the store",
        "核对每条现行记录的内容与其散列、各列、归集,变更流及其所记的每个版本,以及据此保存的对账摘要和各处计数,发现绕过枢纽的改动。",
        "Checks each current row against its hash, columns and sources, the change feed and every version it names, and the digests and counts kept from it; finds changes made behind the hub's back.",
        "0 0 3 ? * SUN");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (context.Cursor?.StartsWith(Kept, StringComparison.Ordinal) == true)
        {
            return await CheckKeptAsync(context.Cursor[Kept.Length..], context, cancellationToken);
        }

        if (context.Cursor?.StartsWith(Feed, StringComparison.Ordinal) == true)
        {
            var after = long.Parse(context.Cursor.AsSpan(Feed.Length), CultureInfo.InvariantCulture);
            var (next, part) = await feed.RunAsync(after, Definition.Label, context, cancellationToken);
            return part with { NextCursor = next is { } position ? CursorOf(position) : Kept };
        }

        var step = await check.RunAsync(
            storage.Tables,
            [RowCheck.HashRule, RowCheck.ShownRule, RowCheck.MergedRule, RowCheck.ColumnRule],
            Definition.Label,
            context,
            range => rows.FindAsync(range, context, cancellationToken),
            cancellationToken);
        return step with { NextCursor = step.NextCursor ?? CursorOf(await feed.BeginAsync(context, cancellationToken)) };
    }

    // A step for each type of which something is kept.
    private async Task<JobStep> CheckKeptAsync(string after, JobContext context, CancellationToken cancellationToken)
    {
        var names = await kept.ListAsync(cancellationToken);
        var next = storage.Tables.FirstOrDefault(table => string.CompareOrdinal(table.Type.Id, after) > 0 && names.Contains(table.Type.Id))?.Type;
        return next is null
            ? new JobStep(null, 0)
            : await kept.RunAsync(next, Definition.Label, context, cancellationToken) with { NextCursor = Kept + next.Id };
    }

    private static string CursorOf(long position) => string.Create(CultureInfo.InvariantCulture, $"{Feed}{position}");
}
