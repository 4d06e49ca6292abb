using HubExchange.Contracts.Entities;
using HubExchange.Server.Jobs;
using HubExchange.Server.Jobs.Checks;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Quality;

/// <summary>
/// Scores the sources. The records are counted in bounded steps, which add to a tally; the last step reads the rest, and replaces the
/// scores of the day. So a run may be broken off anywhere, and one more run on the same day changes nothing but what has changed.
/// </summary>
internal sealed class QualityJob(HubStorage storage, QualityTally tally, QualityWriter writer) : IHubJob
{
    // Behind every type: no table has such a name.
    private const string Closing = "~";

    public JobDefinition Definition { get; } = new(
        "quality",
        "数据质量评价",
        "Quality of the sources",
        "按 GB/T 36344 六个维度为各来源评分、排名,逐日留存分子与分母。",
        "Scores and ranks the sources by the six dimensions of GB/T 36344; keeps numerators and denominators day by day.",
        "0 30 8 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (context.Cursor is null)
        {
            await QualityTally.ClearAsync(context.Transaction, cancellationToken);
        }

        if (await KeyRange.NextAsync(storage.Tables, context.Cursor, context.Size, context.Connection, cancellationToken) is { } range)
        {
            await tally.AddAsync(range, context.Transaction, cancellationToken);
            return new JobStep(range.NextCursor ?? Closing, range.Count);
        }

        var sources = await writer.WriteAsync(ChinaTime.DayOf(context.Slot), context.Transaction, cancellationToken);
        return new JobStep(null, 0, Changed: sources);
    }
}
