using HubExchange.V1;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>What the hub must make of frames and marks of one source and type, in the plainest words there are for it.</summary>
/// <param name="free">Deletions that need no approval.</param>
internal sealed class SnapshotModel(int free)
{
    private readonly HashSet<string> _abandonedStreams = [];
    private (string Stream, HashSet<string> Seen, bool IsEmpty)? _open;

    /// <summary>The keys that the source has.</summary>
    public HashSet<string> Live { get; } = [];

    /// <summary>What waits to be deleted; null when nothing waits for a decision.</summary>
    public HashSet<string>? Waiting { get; private set; }

    /// <summary>Whether a stream may send END or ABORT.</summary>
    public bool MayEnd(string stream) => _open?.Stream == stream || _abandonedStreams.Contains(stream);

    /// <summary>Takes a frame.</summary>
    /// <param name="stream">Its stream; empty for a unary push.</param>
    /// <param name="mark">Its mark.</param>
    /// <param name="changes">Keys, and what is done with each: true stores it, false deletes it, null is refused.</param>
    /// <returns>What the mark leads to.</returns>
    public (SnapshotState State, int Deletions)? Take(string stream, SnapshotMark mark, IReadOnlyList<(string Key, bool? IsStored)> changes)
    {
        if (mark == SnapshotMark.Begin)
        {
            if (_open is { } replaced)
            {
                _abandonedStreams.Add(replaced.Stream);
            }

            _abandonedStreams.Remove(stream);
            _open = (stream, [], true);
        }

        foreach (var (key, isStored) in changes)
        {
            _open?.Seen.Add(key);
            Waiting?.Remove(key);
            _ = isStored switch
            {
                true => Live.Add(key),
                false => Live.Remove(key),
                _ => false,
            };
        }

        if (_open is { } open && open.Stream == stream && changes.Count > 0)
        {
            _open = open with { IsEmpty = false };
        }

        return mark switch
        {
            SnapshotMark.Begin => (SnapshotState.Open, 0),
            SnapshotMark.End or SnapshotMark.Abort => End(stream, mark),
            _ => null,
        };
    }

    /// <summary>The bureau decides on what waits.</summary>
    public void Decide(bool isApproved)
    {
        if (isApproved)
        {
            Live.ExceptWith(Waiting!);
        }

        Waiting = null;
    }

    private (SnapshotState State, int Deletions) End(string stream, SnapshotMark mark)
    {
        if (_open is not { } open || open.Stream != stream)
        {
            _abandonedStreams.Remove(stream);
            return (SnapshotState.Abandoned, 0);
        }

        _open = null;
        if (mark == SnapshotMark.Abort)
        {
            return (SnapshotState.Abandoned, 0);
        }

        var missing = Live.Except(open.Seen).ToHashSet();
        var waits = missing.Count > free || (open.IsEmpty && missing.Count > 0);
        Waiting = waits ? missing : null;
        if (!waits)
        {
            Live.ExceptWith(missing);
        }

        return (waits ? SnapshotState.Waiting : SnapshotState.Applied, missing.Count);
    }
}
