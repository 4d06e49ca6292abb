using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Decides for a change what it means for what is stored: nothing, a first version, a new one, a back-dated one, or a refusal.</summary>
internal sealed class WritePlanner(RecordWriter records, DivisionRegister divisions, TimeProvider time)
{
    /// <summary>The version to write; null when nothing changes.</summary>
    public static PlannedWrite? Plan(BatchChange item, DateOnly today) =>
        IsUnchanged(item.Change, item.Stored) ? null : PlanWrite(item, today);

    /// <summary>The day from which undated changes hold.</summary>
    public DateOnly Today() => ChinaTime.Today(time);

    /// <summary>What does not fit what is stored; null when everything does.</summary>
    public List<Violation>? TransitionViolations(BatchChange item)
    {
        if (item is not { Change.Record: { } record, Stored: { IsDeleted: false, IsSame: false } stored } ||
            item.Change.EffectiveFrom < stored.EffectiveFrom)
        {
            return null;
        }

        List<Violation>? violations = null;
        var states = records.StatementsOf(item.Frame.Type).States;
        for (var i = 0; i < states.Count; i++)
        {
            if (stored.States[i] is { } previous &&
                divisions.Validator.CheckTransition(states[i].Field, previous, record) is { } violation)
            {
                (violations ??= []).Add(violation);
            }
        }

        return violations;
    }

    private static bool IsUnchanged(IncomingChange change, StoredVersion? stored) => (change.IsDelete, stored) switch
    {
        (true, null or { IsDeleted: true }) => true,
        (true, _) or (false, null or { IsDeleted: true }) => false,
        _ => stored.IsSame && !(change.EffectiveFrom < stored.EffectiveFrom),
    };

    // A change without a date is the newest truth, even when the stored version was announced for the future.
    private static PlannedWrite PlanWrite(BatchChange item, DateOnly today)
    {
        if (item.Stored is not { } stored)
        {
            return new PlannedWrite(item, WriteKind.Insert, 1, item.Change.EffectiveFrom ?? today);
        }

        var effectiveFrom = item.Change.EffectiveFrom ?? (stored.EffectiveFrom > today ? stored.EffectiveFrom : today);
        var kind = effectiveFrom < stored.EffectiveFrom && !item.Change.IsDelete ? WriteKind.BackDate : WriteKind.Replace;
        return new PlannedWrite(item, kind, stored.LastRevision + 1, effectiveFrom);
    }
}
