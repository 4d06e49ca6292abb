using System.Reflection;

namespace HubExchange.Server.Faults;

/// <summary>The places where a fault can be injected: every edge of the write path. Tests rely on each of them being passed.</summary>
internal static class FailPoint
{
    /// <summary>A hello has fenced the older connections; its welcome is not written yet.</summary>
    public const string StreamOpened = "stream.opened";

    /// <summary>A frame is read and checked; it does not wait in a lane yet.</summary>
    public const string FrameRead = "frame.read";

    /// <summary>The frames of a batch are taken out of their lane; nothing is begun.</summary>
    public const string BatchGathered = "batch.gathered";

    /// <summary>Sources and streams of a batch are locked.</summary>
    public const string BatchLocked = "batch.locked";

    /// <summary>What the hub holds of the keys of a batch is read.</summary>
    public const string BatchFound = "batch.found";

    /// <summary>The versions of a batch are written.</summary>
    public const string RecordsWritten = "batch.records_written";

    /// <summary>The refused changes of a batch are written, and what it mends is closed.</summary>
    public const string QuarantineWritten = "batch.quarantine_written";

    /// <summary>Everything of a batch is written; the commit is not asked for yet.</summary>
    public const string BeforeCommit = "batch.before_commit";

    /// <summary>A batch is committed; nobody knows yet.</summary>
    public const string AfterCommit = "batch.after_commit";

    /// <summary>A frame is committed; its ack is not written yet.</summary>
    public const string BeforeAck = "ack.before";

    /// <summary>An ack is written.</summary>
    public const string AfterAck = "ack.after";

    /// <summary>A unary push is committed; its answer is not written yet.</summary>
    public const string BeforeAnswer = "answer.before";

    /// <summary>The divisions are about to be read again.</summary>
    public const string DivisionsRefresh = "divisions.refresh";

    /// <summary>Replayed changes are about to be closed in the transaction that stores them.</summary>
    public const string ReplaySettle = "replay.settle";

    /// <summary>The private database has ended by itself and is about to be started again.</summary>
    public const string DatabaseRestart = "database.restart";

    /// <summary>A step of a job is done; the commit is not asked for yet.</summary>
    public const string JobStep = "job.step";

    /// <summary>A part of a source's full list is kept.</summary>
    public const string ReconciliationPart = "reconciliation.part";

    /// <summary>A batch of differences is mended; the outcomes are not noted yet.</summary>
    public const string ReconciliationMended = "reconciliation.mended";

    /// <summary>The hub stops in order; what waits in the lanes is not written yet.</summary>
    public const string HubStopping = "hub.stopping";

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(FailPoint).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!),
    ];
}
