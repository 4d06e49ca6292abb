using HubExchange.Contracts.Entities;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Decides for each change what it means for what is stored: nothing, a first version, a new one, a back-dated one, or a refusal.</summary>
internal sealed class WritePlanner(RecordWriter records, DivisionRegister divisions, TimeProvider time)
{
    /// <param name="Writes">New versions.</param>
    /// <param name="Rejected">Changes whose content does not fit what is stored.</param>
    public sealed record Plan(List<PlannedWrite> Writes, List<(IncomingChange Change, List<Violation> Violations)> Rejected);

    public async Task<Plan> PlanAsync(
        NpgsqlConnection connection,
        FrameWrite frame,
        List<IncomingChange> changes,
        PushCounts counts,
        CancellationToken cancellationToken)
    {
        var keys = changes.ConvertAll(change => change.Key).ToArray();
        var (own, shared) = await records.FindAsync(connection, frame.Type, frame.Caller.Node, keys, cancellationToken);
        var today = ChinaTime.Today(time);

        var plan = new Plan(new List<PlannedWrite>(changes.Count), []);
        foreach (var change in changes)
        {
            var stored = own.GetValueOrDefault(change.Key);
            if (IsUnchanged(change, stored))
            {
                counts.Unchanged++;
            }
            else if (TransitionViolations(frame, change, stored) is { Count: > 0 } violations)
            {
                plan.Rejected.Add((change, [.. change.Violations, .. violations]));
            }
            else
            {
                plan.Writes.Add(PlanWrite(change, stored, today, shared.Contains(change.Key)));
            }
        }

        await DropKnownVersionsAsync(connection, frame, plan.Writes, counts, cancellationToken);
        return plan;
    }

    /// <summary>Adds what was written to the counts.</summary>
    public static void Count(IEnumerable<PlannedWrite> writes, PushCounts counts)
    {
        foreach (var write in writes)
        {
            if (write.Change.IsDelete)
            {
                counts.Deleted++;
            }
            else
            {
                counts.Stored++;
            }
        }
    }

    private static bool IsUnchanged(IncomingChange change, StoredState? stored) => (change.IsDelete, stored) switch
    {
        (true, null or { IsDeleted: true }) => true,
        (true, _) or (false, null or { IsDeleted: true }) => false,
        _ => stored.Hash.AsSpan().SequenceEqual(change.Hash) && !(change.EffectiveFrom < stored.EffectiveFrom),
    };

    // A change without a date is the newest truth, even when the stored version was announced for the future.
    private static PlannedWrite PlanWrite(IncomingChange change, StoredState? stored, DateOnly today, bool isShared)
    {
        if (stored is null)
        {
            return new PlannedWrite(change, WriteKind.Insert, 1, change.EffectiveFrom ?? today, isShared);
        }

        var effectiveFrom = change.EffectiveFrom ?? (stored.EffectiveFrom > today ? stored.EffectiveFrom : today);
        var kind = effectiveFrom < stored.EffectiveFrom && !change.IsDelete ? WriteKind.BackDate : WriteKind.Replace;
        return new PlannedWrite(change, kind, stored.LastRevision + 1, effectiveFrom, isShared);
    }

    private List<Violation>? TransitionViolations(FrameWrite frame, IncomingChange change, StoredState? stored)
    {
        if (change.Record is null || stored is null or { IsDeleted: true } || change.EffectiveFrom < stored.EffectiveFrom)
        {
            return null;
        }

        List<Violation>? violations = null;
        var states = records.StatementsOf(frame.Type).States;
        for (var i = 0; i < states.Count; i++)
        {
            if (stored.States[i] is { } previous &&
                divisions.Validator.CheckTransition(states[i].Field, previous, change.Record) is { } violation)
            {
                (violations ??= []).Add(violation);
            }
        }

        return violations;
    }

    private async Task DropKnownVersionsAsync(
        NpgsqlConnection connection,
        FrameWrite frame,
        List<PlannedWrite> writes,
        PushCounts counts,
        CancellationToken cancellationToken)
    {
        var keys = writes.Where(write => write.Kind == WriteKind.BackDate).Select(write => write.Change.Key).ToArray();
        if (keys.Length == 0)
        {
            return;
        }

        var known = await records.FindVersionsAsync(connection, frame.Type, frame.Caller.Node, keys, cancellationToken);
        counts.Unchanged += writes.RemoveAll(write =>
            write.Kind == WriteKind.BackDate &&
            known.Contains((write.Change.Key, write.EffectiveFrom, Convert.ToHexString(write.Change.Hash))));
    }
}
