using Grpc.Core;
using HubExchange.Server.Ingestion;
using HubExchange.V1;

namespace HubExchange.Server.Snapshots;

/// <summary>
/// The snapshots of the sources of a batch, followed frame by frame: which one each frame begins, feeds or ends. Any frame of the source
/// and type feeds an open snapshot, whatever stream it came by: what the source speaks of while the snapshot is open, it has.
/// </summary>
internal sealed class BatchSnapshots
{
    private readonly Dictionary<(string Source, string Type), SnapshotInBatch> _open = [];
    private readonly Dictionary<(string Source, string Type), List<(long Id, SnapshotState State)>> _undecided = [];
    private readonly Dictionary<(string Source, string Type, string Stream), SnapshotInBatch> _abandoned = [];
    private readonly HashSet<(string Source, string Type)> _ended = [];

    /// <summary>Adds a snapshot as it stands once the sources are locked.</summary>
    public void Add(long id, string source, string type, string stream, SnapshotState state)
    {
        switch (state)
        {
            case SnapshotState.Open:
                _open[(source, type)] = new SnapshotInBatch(stream) { Id = id };
                break;
            case SnapshotState.Abandoned:
                _abandoned[(source, type, stream)] = new SnapshotInBatch(stream) { Id = id };
                break;
            default:
                UndecidedOf((source, type)).Add((id, state));
                break;
        }
    }

    /// <summary>Tells an accepted frame what it has to do with snapshots. To be called in the order of the frames.</summary>
    /// <returns>Why the frame may not be written; null when it may.</returns>
    public RpcException? Follow(FrameOutcome outcome)
    {
        var frame = outcome.Frame;
        var of = (frame.Caller.Node, frame.Type.Id);
        if (_ended.Contains(of))
        {
            throw new InvalidOperationException("A frame that ends a snapshot must be the last one of its source and type in a batch.");
        }

        outcome.Snapshot = (frame.Mark, frame.ApprovedSnapshot) switch
        {
            (_, > 0) => Apply(of, frame.ApprovedSnapshot),
            (SnapshotMark.Begin, _) => Begin(of, frame),
            (SnapshotMark.End or SnapshotMark.Abort, _) => End(of, frame),
            _ => Feed(of),
        };
        return frame.Mark is SnapshotMark.End or SnapshotMark.Abort && outcome.Snapshot is null
            ? PushRules.Invalid(
                $"流 {frame.Stream!.Stream} 没有已开始的 {frame.Type.Id} 快照,不能结束或中止",
                $"stream {frame.Stream.Stream} has begun no snapshot of {frame.Type.Id} that could end")
            : null;
    }

    private SnapshotStep? Apply((string, string) of, long id) =>
        UndecidedOf(of).Contains((id, SnapshotState.Approved)) ? new SnapshotStep { Approved = id } : null;

    private SnapshotStep Begin((string Source, string Type) of, FrameWrite frame)
    {
        var replaced = _open.GetValueOrDefault(of);
        if (replaced is not null)
        {
            _abandoned[(of.Source, of.Type, replaced.Stream)] = replaced;
        }

        _abandoned.Remove((of.Source, of.Type, frame.Stream!.Stream));
        var begun = _open[of] = new SnapshotInBatch(frame.Stream.Stream);
        return new SnapshotStep { Snapshot = begun, Replaced = replaced, Undecided = IdsOf(of) };
    }

    private SnapshotStep? End((string Source, string Type) of, FrameWrite frame)
    {
        var stream = frame.Stream!.Stream;
        if (_open.GetValueOrDefault(of) is { } open && open.Stream == stream)
        {
            _open.Remove(of);
            if (frame.Mark == SnapshotMark.End)
            {
                _ended.Add(of);
            }

            return new SnapshotStep { Snapshot = open, Undecided = IdsOf(of) };
        }

        // Another stream's snapshot goes on; the source must not be stuck with a frame that nobody takes.
        return _abandoned.Remove((of.Source, of.Type, stream), out var before)
            ? new SnapshotStep { AbandonedBefore = before, Snapshot = _open.GetValueOrDefault(of), Undecided = IdsOf(of) }
            : null;
    }

    private SnapshotStep? Feed((string, string) of)
    {
        var open = _open.GetValueOrDefault(of);
        var undecided = IdsOf(of);
        return open is null && undecided.Count == 0 ? null : new SnapshotStep { Snapshot = open, Undecided = undecided };
    }

    private List<(long Id, SnapshotState State)> UndecidedOf((string, string) of) =>
        _undecided.TryGetValue(of, out var list) ? list : _undecided[of] = [];

    private List<long> IdsOf((string, string) of) =>
        _undecided.TryGetValue(of, out var list) ? list.ConvertAll(entry => entry.Id) : [];
}
