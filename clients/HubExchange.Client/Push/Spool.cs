using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>A frame that may have to be sent again, byte for byte.</summary>
/// <param name="Frame">The frame; its sequence is set when it is sent first.</param>
/// <param name="FirstOrdinal">Place of its first change among all changes of the session.</param>
internal sealed record SpooledFrame(PushFrame Frame, long FirstOrdinal);

/// <summary>
/// The frames that are sent but not acknowledged, and the numbers of the stream. Bounded by the credits of the hub.
/// Not thread-safe; the session locks it.
/// </summary>
internal sealed class Spool
{
    private readonly LinkedList<SpooledFrame> _frames = new();
    private long _sentThrough;
    private bool _isNumbered;

    /// <summary>Sequence the next new frame gets.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Everything up to here is committed.</summary>
    public long AcknowledgedThrough { get; private set; }

    public bool IsEmpty => _frames.Count == 0;

    /// <summary>Frames that are on the way over the present connection.</summary>
    public long InFlight => _sentThrough - AcknowledgedThrough;

    /// <summary>Takes the watermark of the hub over; returns the frames it committed without our hearing of it.</summary>
    /// <exception cref="HubException">The hub and this session disagree about what the stream holds.</exception>
    public IReadOnlyList<SpooledFrame> Resume(PushHello hello, long next)
    {
        if (!_isNumbered)
        {
            _isNumbered = true;
            NextSequence = next;
            AcknowledgedThrough = next - 1;
        }
        else if (next <= AcknowledgedThrough)
        {
            throw PushErrors.HubWentBack(hello, next, AcknowledgedThrough);
        }
        else if (next > NextSequence)
        {
            throw PushErrors.StreamWrittenByOthers(hello, next, NextSequence);
        }

        var committed = Acknowledge(next - 1);
        _sentThrough = next - 1;
        return committed;
    }

    /// <summary>The next frame to send again over the present connection, or null when only new ones are left.</summary>
    public SpooledFrame? NextUnsent()
    {
        if (_sentThrough + 1 == NextSequence)
        {
            return null;
        }

        _sentThrough++;
        return _frames.First(spooled => spooled.Frame.Sequence == _sentThrough);
    }

    /// <summary>Numbers a new frame and keeps it.</summary>
    public void Add(SpooledFrame spooled)
    {
        spooled.Frame.Sequence = NextSequence++;
        _sentThrough = spooled.Frame.Sequence;
        _frames.AddLast(spooled);
    }

    /// <summary>Lets go of every frame up to <paramref name="sequence"/> and returns them.</summary>
    public IReadOnlyList<SpooledFrame> Acknowledge(long sequence)
    {
        var done = new List<SpooledFrame>();
        while (_frames.First?.Value is { } first && first.Frame.Sequence <= sequence)
        {
            done.Add(first);
            _frames.RemoveFirst();
        }

        AcknowledgedThrough = Math.Max(AcknowledgedThrough, Math.Min(sequence, NextSequence - 1));
        _sentThrough = Math.Max(_sentThrough, AcknowledgedThrough);
        return done;
    }
}
