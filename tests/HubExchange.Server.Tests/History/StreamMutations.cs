using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>What can be wrong with streams, frames, acks and quarantine.</summary>
internal static class StreamMutations
{
    public static bool LowerWatermark(Scenario scenario, Random random) => ChangeWatermark(scenario, random, -1);

    public static bool RaiseWatermark(Scenario scenario, Random random) => ChangeWatermark(scenario, random, 1);

    public static bool WelcomeTooLow(Scenario scenario, Random random) => Change(scenario, random,
        step => step.Kind == OperationKind.Opened && scenario.Operations.Exists(ack =>
            ack.Kind == OperationKind.Ok && IsSameStream(ack, step) && ack.Epoch < step.Epoch && ack.Sequence == step.Sequence),
        step => step with { Sequence = step.Sequence - 1 });

    public static bool RepeatEpoch(Scenario scenario, Random random)
    {
        var later = scenario.Operations.Where(step => step is { Kind: OperationKind.Opened, Epoch: > 1 }).ToList();
        if (later.Count == 0)
        {
            return false;
        }

        var process = later[random.Next(later.Count)].Process;
        for (var i = 0; i < scenario.Operations.Count; i++)
        {
            var step = scenario.Operations[i];
            scenario.Operations[i] = step.Process == process ? step with { Epoch = step.Epoch - 1 } : step;
        }

        return true;
    }

    public static bool AckBeforeCommit(Scenario scenario, Random random)
    {
        var last = scenario.Dump.Frames
            .Where(frame => scenario.Dump.Streams.Exists(stream => IsOf(frame, stream) && stream.Sequence == frame.Sequence) &&
                scenario.Operations.Exists(step => step.Kind == OperationKind.Ok && RowMutations.IsSame(frame, step)))
            .ToList();
        if (last.Count == 0)
        {
            return false;
        }

        var lost = last[random.Next(last.Count)];
        scenario.Dump.Frames.Remove(lost);
        var index = scenario.Dump.Streams.FindIndex(stream => IsOf(lost, stream));
        scenario.Dump.Streams[index] = scenario.Dump.Streams[index] with { Sequence = lost.Sequence - 1 };
        return true;
    }

    public static bool LoseFrame(Scenario scenario, Random random) => Pick(
        scenario.Dump.Frames, random, frame => !scenario.Dump.Streams.Exists(stream => IsOf(frame, stream) && stream.Sequence == frame.Sequence),
        frame => scenario.Dump.Frames.Remove(frame));

    public static bool RepeatFrame(Scenario scenario, Random random) => Pick(scenario.Dump.Frames, random, _ => true, scenario.Dump.Frames.Add);

    public static bool AddFrame(Scenario scenario, Random random) => Pick(
        scenario.Dump.Frames, random, _ => true, frame => scenario.Dump.Frames.Add(frame with { Sequence = 1000, Digest = "unknown" }));

    public static bool CommitFork(Scenario scenario, Random random) => Commit(scenario, random, step => IsFork(scenario, step));

    public static bool CommitFenced(Scenario scenario, Random random) => Commit(scenario, random, step => IsFenced(scenario, step));

    public static bool AcknowledgeFork(Scenario scenario, Random random) => Change(scenario, random,
        step => step is { Kind: OperationKind.Fail, Reason: "SEQUENCE_FORK" },
        step => step with { Kind = OperationKind.Ok, Reason = "" });

    public static bool MiscountAck(Scenario scenario, Random random) => Change(scenario, random,
        step => step.Kind == OperationKind.Ok && step.Stream.Length > 0, step => step with { Counts = step.Counts + new HistoryCounts(1, 0, 0, 0) });

    public static bool CountReplay(Scenario scenario, Random random) => Change(scenario, random,
        step => step.Kind == OperationKind.Ok && step.Stream.Length > 0 && step.Counts == HistoryCounts.Zero, step => step with { Counts = new HistoryCounts(0, 1, 0, 0) });

    public static bool MiscountFrame(Scenario scenario, Random random) => Pick(scenario.Dump.Frames, random, _ => true, frame =>
        scenario.Dump.Frames[scenario.Dump.Frames.IndexOf(frame)] = frame with { Counts = frame.Counts + new HistoryCounts(0, 0, 1, 0) });

    public static bool LoseQuarantined(Scenario scenario, Random random) => Pick(
        scenario.Dump.Quarantined, random, _ => true, refused => scenario.Dump.Quarantined.Remove(refused));

    public static bool RepeatQuarantined(Scenario scenario, Random random) => Pick(
        scenario.Dump.Quarantined, random, _ => true, scenario.Dump.Quarantined.Add);

    public static bool QuarantineClean(Scenario scenario, Random random) => Pick(
        [.. RowMutations.Invocations(scenario)],
        random,
        step => !step.Changes[0].IsDirty && scenario.Dump.Frames.Exists(frame => RowMutations.IsSame(frame, step) && frame.Digest == step.Digest),
        step => scenario.Dump.Quarantined.Add(Refused(step)));

    public static bool QuarantineUncommitted(Scenario scenario, Random random) => Pick(
        [.. RowMutations.Invocations(scenario)],
        random,
        step => step.Stream.Length > 0 && !scenario.Dump.Frames.Exists(frame => RowMutations.IsSame(frame, step)),
        step => scenario.Dump.Quarantined.Add(Refused(step)));

    public static bool QuarantineAgain(Scenario scenario, Random random) => Pick(
        [.. RowMutations.Invocations(scenario)],
        random,
        step => scenario.Dump.Frames.Exists(frame => RowMutations.IsSame(frame, step) && frame.Digest == step.Digest) &&
            Covered(scenario, step) >= 0,
        step => scenario.Dump.Quarantined.Add(Refused(step, Covered(scenario, step))));

    public static bool LeaveMendedOpen(Scenario scenario, Random random) => ChangeQuarantined(
        scenario, random, refused => !refused.IsOpen, refused => refused with { IsOpen = true });

    public static bool CloseUnmended(Scenario scenario, Random random) => ChangeQuarantined(
        scenario, random, refused => refused.IsOpen, refused => refused with { IsOpen = false });

    public static bool AlterRefusedContent(Scenario scenario, Random random) => ChangeQuarantined(
        scenario, random, _ => true, refused => refused with { Content = "other" });

    public static bool AnnounceOtherNumber(Scenario scenario, Random random) => Change(scenario, random,
        step => step.Rejected.Count > 0,
        step => step with { Rejected = [step.Rejected[0] with { Id = 1_000 }, .. step.Rejected.Skip(1)] });

    public static bool AnswerWithAMistake(Scenario scenario, Random random) => Change(scenario, random,
        step => step.Kind == OperationKind.Info, step => step with { Reason = "INTERNAL" });

    public static bool HideRefused(Scenario scenario, Random random) => Change(scenario, random,
        step => step.Rejected.Count > 0, step => step with { Rejected = [.. step.Rejected.Skip(1)] });

    /// <summary>The frame was refused because another one has its sequence.</summary>
    public static bool IsFork(Scenario scenario, Operation invoke) => scenario.Operations.Exists(step =>
        step is { Kind: OperationKind.Fail, Reason: "SEQUENCE_FORK" } && step.Process == invoke.Process && step.Digest == invoke.Digest);

    /// <summary>The frame was sent by a connection that had lost its stream, and another one was committed.</summary>
    public static bool IsFenced(Scenario scenario, Operation invoke) =>
        invoke.Kind == OperationKind.Invoke &&
        scenario.Dump.Frames.Exists(frame => RowMutations.IsSame(frame, invoke) && frame.Digest != invoke.Digest) &&
        scenario.Operations.Exists(step =>
            step.Kind == OperationKind.Opened && IsSameStream(step, invoke) && step.Epoch > invoke.Epoch && step.Sequence < invoke.Sequence) &&
        !scenario.Operations.Exists(step => step.Kind == OperationKind.Fail && step.Process == invoke.Process && step.Digest == invoke.Digest);

    private static DumpQuarantined Refused(Operation step, int index = 0) => new(
        999, step.Source, step.Stream, step.Sequence, index, step.Changes[index].Key, step.Changes[index].Content, IsOpen: true);

    // Place of a refused change that has no row of its own, because an equal one was open; -1 when there is none.
    private static int Covered(Scenario scenario, Operation step) => step.Changes.ToList().FindIndex(change => change.IsDirty &&
        !scenario.Dump.Quarantined.Exists(refused => refused.Source == step.Source && refused.Stream == step.Stream &&
            refused.Sequence == step.Sequence && refused.Content == change.Content));

    private static bool ChangeQuarantined(
        Scenario scenario, Random random, Func<DumpQuarantined, bool> condition, Func<DumpQuarantined, DumpQuarantined> change) => Pick(
        scenario.Dump.Quarantined, random, condition, refused =>
            scenario.Dump.Quarantined[scenario.Dump.Quarantined.IndexOf(refused)] = change(refused));

    private static bool Commit(Scenario scenario, Random random, Func<Operation, bool> condition) => Pick(
        [.. RowMutations.Invocations(scenario)], random, condition, step =>
        {
            var index = scenario.Dump.Frames.FindIndex(frame => RowMutations.IsSame(frame, step));
            scenario.Dump.Frames[index] = scenario.Dump.Frames[index] with { Digest = step.Digest };
        });

    private static bool ChangeWatermark(Scenario scenario, Random random, long by) => Pick(
        scenario.Dump.Streams, random, stream => stream.Sequence > 0, stream =>
            scenario.Dump.Streams[scenario.Dump.Streams.IndexOf(stream)] = stream with { Sequence = stream.Sequence + by });

    private static bool Change(Scenario scenario, Random random, Func<Operation, bool> condition, Func<Operation, Operation> change) => Pick(
        scenario.Operations, random, condition, step => scenario.Operations[scenario.Operations.IndexOf(step)] = change(step));

    private static bool IsOf(DumpFrame frame, DumpStream stream) => frame.Source == stream.Source && frame.Stream == stream.Stream;

    private static bool IsSameStream(Operation one, Operation other) => one.Source == other.Source && one.Stream == other.Stream;

    private static bool Pick<T>(List<T> items, Random random, Func<T, bool> condition, Action<T> change)
    {
        var found = items.Where(condition).ToList();
        if (found.Count == 0)
        {
            return false;
        }

        change(found[random.Next(found.Count)]);
        return true;
    }
}
