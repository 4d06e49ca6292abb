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
            _frame = new PushFrame { Type = type };
            _firstOrdinal = _count;
            _bytes = 0;
        }

        _frame.Changes.Add(change);
        _bytes += size;
        _count++;
        return full;
    }

    /// <summary>The frame as far as it is filled, or null when it is empty.</summary>
    public SpooledFrame? Take()
    {
        var taken = _frame is null ? null : new SpooledFrame(_frame, _firstOrdinal);
        _frame = null;
        return taken;
    }
}
