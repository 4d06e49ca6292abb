namespace HubExchange.Testing.History;

/// <summary>What has to hold for streams, frames and acks.</summary>
internal static class FrameChecks
{
    /// <summary>Phantom: every committed frame was sent, with this content, and not refused.</summary>
    public static IEnumerable<Anomaly> UnknownFrames(Evidence evidence)
    {
        foreach (var stream in evidence.Streams.Values)
        {
            foreach (var frame in stream.Frames)
            {
                if (!stream.Sent.TryGetValue(frame.Sequence, out var sent))
                {
                    yield return stream.Anomaly(AnomalyKind.Phantom, frame.Sequence, "was never sent");
                }
                else if (sent.Find(content => content.Digest == frame.Digest) is not { } content)
                {
                    yield return stream.Anomaly(AnomalyKind.Phantom, frame.Sequence, "was sent with other content");
                }
                else if (content.Epochs.Count == 0)
                {
                    yield return stream.Anomaly(
                        sent.Count > 1 ? AnomalyKind.ForkAccepted : AnomalyKind.Phantom, frame.Sequence, "was refused and is committed");
                }
            }
        }
    }

    /// <summary>Progress: the watermark is the highest of gapless frames, not below any ack, and never goes back.</summary>
    public static IEnumerable<Anomaly> Progress(Evidence evidence)
    {
        foreach (var stream in evidence.Streams.Values)
        {
            var frames = stream.Frames.Select(frame => frame.Sequence).Order().ToList();
            var watermark = stream.Stored?.Sequence ?? 0;
            for (var i = 0; i < frames.Count; i++)
            {
                if (frames[i] != i + 1)
                {
                    var kind = i > 0 && frames[i] == frames[i - 1] ? AnomalyKind.DuplicateEffect : AnomalyKind.Progress;
                    yield return stream.Anomaly(kind, frames[i], $"stands at place {i + 1} of the frames");
                    break;
                }
            }

            if (watermark != (frames.Count == 0 ? 0 : frames[^1]))
            {
                yield return stream.Anomaly(AnomalyKind.Progress, watermark, $"is the watermark of {frames.Count} frames");
            }

            if (stream.Acknowledged > frames.Count)
            {
                yield return stream.Anomaly(AnomalyKind.LostAck, stream.Acknowledged, $"is acknowledged, {frames.Count} frames are committed");
            }

            foreach (var anomaly in Welcomes(stream, watermark))
            {
                yield return anomaly;
            }
        }
    }

    /// <summary>Fork accepted: a content that is not the committed one was acknowledged.</summary>
    public static IEnumerable<Anomaly> Forks(Evidence evidence) =>
        from stream in evidence.Streams.Values
        from session in stream.Sessions
        let acknowledged = session.Acknowledged
        from sent in session.Sent
        where sent.Value && sent.Key.Sequence <= acknowledged
        let committed = stream.CommittedAt(sent.Key.Sequence)
        where committed is not null && committed.Digest != sent.Key.Digest && stream.OwnerOf(sent.Key.Sequence) <= session.Epoch
        select stream.Anomaly(AnomalyKind.ForkAccepted, sent.Key.Sequence, $"connection {session.Process} was told that its other content is committed");

    /// <summary>Fenced write: a frame was committed by the last connection that was welcomed below it, not by an earlier one.</summary>
    public static IEnumerable<Anomaly> Fencing(Evidence evidence) =>
        from stream in evidence.Streams.Values
        from sequence in stream.Sent.Keys
        let committed = stream.CommittedAt(sequence)
        where committed is { Epochs.Count: > 0 } && stream.OwnerOf(sequence) > 0 && !committed.Epochs.Contains(stream.OwnerOf(sequence))
        select stream.Anomaly(
            AnomalyKind.FencedWrite,
            sequence,
            $"belongs to epoch {stream.OwnerOf(sequence)}, what is committed was sent in {string.Join(", ", committed.Epochs)}");

    /// <summary>Counts: what the hub keeps of a frame is what it did with it.</summary>
    public static IEnumerable<Anomaly> FrameCounts(Evidence evidence) =>
        from stream in evidence.Streams.Values
        from frame in stream.Frames
        let sent = stream.CommittedAt(frame.Sequence)
        where sent is not null && (frame.Counts != sent.Expected || frame.Changes != sent.Changes.Count)
        select stream.Anomaly(
            AnomalyKind.Counts, frame.Sequence, $"has {frame.Changes} changes, {frame.Counts}; {sent.Changes.Count} and {sent.Expected} were right");

    /// <summary>Counts: an ack says what became of the frames since the one before, and repeats nothing.</summary>
    public static IEnumerable<Anomaly> AckCounts(Evidence evidence)
    {
        foreach (var stream in evidence.Streams.Values)
        {
            var frames = stream.Frames.ToLookup(frame => frame.Sequence, frame => frame.Counts);
            foreach (var session in stream.Sessions.Where(session => session.Opened is not null))
            {
                var through = session.Opened!.Value;
                foreach (var ack in session.Acks)
                {
                    var counts = HistoryCounts.Zero;
                    for (var sequence = through + 1; sequence <= ack.Sequence; sequence++)
                    {
                        counts = frames[sequence].Aggregate(counts, HistoryCounts.Add);
                    }

                    if (ack.Sequence < through)
                    {
                        yield return stream.Anomaly(AnomalyKind.Progress, ack.Sequence, $"was acknowledged after {through}");
                    }
                    else if (counts != ack.Counts)
                    {
                        yield return stream.Anomaly(AnomalyKind.Counts, ack.Sequence, $"was acknowledged with {ack.Counts} instead of {counts}");
                    }

                    through = Math.Max(through, ack.Sequence);
                }
            }
        }
    }

    private static IEnumerable<Anomaly> Welcomes(StreamEvidence stream, long watermark)
    {
        var (epoch, acknowledged) = (0L, 0L);
        foreach (var session in stream.Sessions)
        {
            if (session.Epoch <= epoch || session.Epoch > (stream.Stored?.Epoch ?? 0))
            {
                yield return stream.Anomaly(AnomalyKind.Progress, session.Opened ?? 0, $"epoch {session.Epoch} follows {epoch}");
            }

            if (session.Opened < acknowledged || session.Opened > watermark)
            {
                yield return stream.Anomaly(
                    AnomalyKind.Progress,
                    session.Opened.Value,
                    $"was the welcome of epoch {session.Epoch}; {acknowledged} was acknowledged before, {watermark} is the end");
            }

            epoch = session.Epoch;
            acknowledged = Math.Max(acknowledged, session.Acknowledged);
        }
    }
}
