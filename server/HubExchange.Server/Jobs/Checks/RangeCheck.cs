using HubExchange.Server.Findings;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>The step of checks that look at every record: the next range of keys is looked at, and what was found there is kept.</summary>
internal sealed class RangeCheck(FindingRecorder recorder)
{
    /// <summary>Does one step.</summary>
    /// <param name="tables">What the check looks at, in a fixed order.</param>
    /// <param name="rules">The rules it answers for.</param>
    /// <param name="label">Name of the check, the reason of findings that it closes.</param>
    /// <param name="context">The step.</param>
    /// <param name="find">Finds the issues of a range, each (rule, fingerprint) once.</param>
    /// <param name="cancellationToken">Ends the step.</param>
    public async Task<JobStep> RunAsync(
        IReadOnlyList<EntityTable> tables, string[] rules, string label, JobContext context, Func<KeyRange, Task<List<Issue>>> find,
        CancellationToken cancellationToken)
    {
        if (await KeyRange.NextAsync(tables, context.Cursor, context.Size, context.Connection, cancellationToken) is not { } range)
        {
            return new JobStep(null, 0);
        }

        var scope = new IssueScope(rules, range.Table.Type.Id, range.After, range.Until);
        var (raised, resolved) = await recorder.RecordAsync(await find(range), scope, label, context.Transaction, cancellationToken);
        return new JobStep(range.NextCursor, range.Count, raised, resolved);
    }
}
