using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>Collects changes into frames that keep the limits of the hub.</summary>
internal sealed class FrameBuilder(int maxChanges, int maxBytes)
{
    // Tag and length of a change inside the frame.
    private const int ChangeOverhead = 8;

    private PushFrame? _frame;
    private long _firstOrdinal;
    private int _bytes;
    private long _count;

    /// <summary>Changes added so far.</summary>
    public long Count => _count;

    /// <summary>Adds a change; returns the frame before it when that one is full or of another type.</summary>
    /// <exception cref="HubException">The change alone is larger than a frame may be.</exception>
    public SpooledFrame? Add(string type, Change change)
    {
        var size = change.CalculateSize() + ChangeOverhead;
        if (size > maxBytes)
        {
            throw PushErrors.RecordTooLarge(type, size, maxBytes);
        }

        var full = _frame is not null &&
            (_frame.Type != type || _frame.Changes.Count >= maxChanges || _bytes + size > maxBytes) ? Take() : null;
        if (_frame is null)
        {
            Start(type, SnapshotMark.Unspecified);
        }

        _frame!.Changes.Add(change);
        _bytes += size;
        _count++;
        return full;
    }

    /// <summary>Begins a snapshot with the next change; returns the frame before it, if there is one.</summary>
    public SpooledFrame? Begin(string type)
    {
        var before = Take();
        Start(type, SnapshotMark.Begin);
        return before;
    }

    /// <summary>Ends a snapshot with the last change; returns the frames that are to be sent, the one with the mark last.</summary>
    public IReadOnlyList<SpooledFrame> End(string type, SnapshotMark mark)
    {
        if (_frame is { Snapshot: SnapshotMark.Unspecified } && _frame.Type == type)
        {
            _frame.Snapshot = mark;
            return [Take()!];
        }

        var before = Take();
        Start(type, mark);
        var marked = Take()!;
        return before is null ? [marked] : [before, marked];
    }

    /// <summary>The frame as far as it is filled, or null when there is nothing to send.</summary>
    public SpooledFrame? Take()
    {
        var taken = _frame is null ? null : new SpooledFrame(_frame, _firstOrdinal);
        _frame = null;
        return taken;
    }

    private void Start(string type, SnapshotMark mark)
    {
        _frame = new PushFrame { Type = type, Snapshot = mark };
        _firstOrdinal = _count;
        _bytes = 0;
    }
}
