using CsCheck;
using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>What a client does next.</summary>
internal enum StepKind
{
    /// <summary>Sends the frame that is expected.</summary>
    Next,

    /// <summary>Sends two expected frames without waiting.</summary>
    Pipeline,

    /// <summary>Sends a committed frame again.</summary>
    Replay,

    /// <summary>Sends a committed frame with other content.</summary>
    Fork,

    /// <summary>Leaves sequences out.</summary>
    Gap,

    /// <summary>Connects anew.</summary>
    Reconnect,

    /// <summary>Connects a second time and goes on by the first connection.</summary>
    Stale,

    /// <summary>Connects a second time while a frame is under way by the first connection.</summary>
    Race,
}

/// <summary>What a change is.</summary>
internal enum ChangeKind
{
    Upsert,
    Delete,
    Dirty,
    Unreadable,
}

/// <summary>A generated change: which of the few keys of its case, and which of the few contents.</summary>
internal sealed record StepChange(ChangeKind Kind, int Key, int Content)
{
    // Upserts of few contents: many of them say what the hub knows already.
    public static Gen<StepChange> Any { get; } = Gen.Select(
        Gen.Frequency((8, Gen.Const(ChangeKind.Upsert)), (2, Gen.Const(ChangeKind.Delete)), (2, Gen.Const(ChangeKind.Dirty)), (1, Gen.Const(ChangeKind.Unreadable))),
        Gen.Int[0, 2],
        Gen.Int[0, 3],
        (kind, key, content) => new StepChange(kind, key, content));

    /// <summary>The change for the keys of a case.</summary>
    public PushedChange For(string keys) => Kind switch
    {
        ChangeKind.Upsert => PushedChange.Upsert($"{keys}-{Key}", $"content {Content}"),
        ChangeKind.Delete => PushedChange.Delete($"{keys}-{Key}"),
        ChangeKind.Dirty => PushedChange.Dirty($"{keys}-{Key}", $"dirty {Content}"),
        _ => PushedChange.Unreadable(),
    };
}

/// <summary>One step of a case.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Back">Which committed frame it concerns, or how many are left out.</param>
/// <param name="Changes">Changes of the frame.</param>
internal sealed record ProtocolStep(StepKind Kind, int Back, StepChange[] Changes)
{
    private static readonly Gen<ProtocolStep> Any = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(StepKind.Next)),
            (2, Gen.Const(StepKind.Pipeline)),
            (2, Gen.Const(StepKind.Replay)),
            (1, Gen.Const(StepKind.Fork)),
            (1, Gen.Const(StepKind.Gap)),
            (1, Gen.Const(StepKind.Reconnect)),
            (1, Gen.Const(StepKind.Stale)),
            (1, Gen.Const(StepKind.Race))),
        Gen.Int[0, 5],
        StepChange.Any.Array[1, 3],
        (kind, back, changes) => new ProtocolStep(kind, back, changes));

    /// <summary>A case.</summary>
    public static Gen<ProtocolStep[]> Case { get; } = Any.Array[3, 8];

    /// <inheritdoc />
    public override string ToString() => $"{Kind}({Back}: {string.Join(", ", Changes.Select(change => $"{change.Kind} {change.Key}={change.Content}"))})";
}
