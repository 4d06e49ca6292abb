using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Decides for a change what it means for what is stored: nothing, a first version, a new one, a back-dated one, or a refusal.</summary>
internal sealed class WritePlanner(RecordWriter records, DivisionRegister divisions, TimeProvider time)
{
    /// <summary>The version to write; null when nothing changes.</summary>
    public static RecordVersion? Plan(BatchChange item, DateOnly today) =>
        IsOvertaken(item.Change, item.Stored) || IsUnchanged(item.Change, item.Stored) ? null : PlanVersion(item, today);

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
        var states = records.StatementsOf(item.Type).States;
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

    private static bool IsOvertaken(IncomingChange change, StoredVersion? stored) =>
        change.OnlyRevision is { } only && only != (stored is { IsDeleted: false } ? stored.Revision : 0);

    private static bool IsUnchanged(IncomingChange change, StoredVersion? stored) => (change.IsDelete, stored) switch
    {
        (true, null or { IsDeleted: true }) => true,
        (true, _) or (false, null or { IsDeleted: true }) => false,
        _ => stored.IsSame && !(change.EffectiveFrom < stored.EffectiveFrom),
    };

    // A change without a date is the newest truth, even when the stored version was announced for the future.
    private static RecordVersion PlanVersion(BatchChange item, DateOnly today)
    {
        if (item.Stored is not { } stored)
        {
            return VersionOf(item, WriteKind.Insert, 1, item.Change.EffectiveFrom ?? today);
        }

        var effectiveFrom = item.Change.EffectiveFrom ?? (stored.EffectiveFrom > today ? stored.EffectiveFrom : today);
        var kind = effectiveFrom < stored.EffectiveFrom && !item.Change.IsDelete ? WriteKind.BackDate : WriteKind.Replace;
        return VersionOf(item, kind, stored.LastRevision + 1, effectiveFrom);
    }

    // A key of several sources is consolidated afterwards, when all of them are written.
    private static RecordVersion VersionOf(BatchChange item, WriteKind kind, long revision, DateOnly effectiveFrom)
    {
        var isConsolidated = kind != WriteKind.BackDate && !item.IsShared && !item.Change.IsDelete;
        return new RecordVersion
        {
            Kind = kind,
            Key = item.Key,
            Source = item.Source,
            SourceKind = item.Outcome.Frame.SourceKind,
            Revision = revision,
            EffectiveFrom = effectiveFrom,
            Hash = item.Change.Hash,
            Payload = item.Change.Payload,
            Record = item.Change.Record,
            IsConsolidated = isConsolidated,
            ChangesConsolidated = isConsolidated,
            Previous = kind == WriteKind.Replace && item.Stored is { IsDeleted: false } stored ? new VersionId(item.Source, stored.Revision) : null,
            Warnings = item.Change.Warnings,
        };
    }
}
