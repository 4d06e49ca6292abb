using System.Globalization;
using HubExchange.Server.Errors;
using HubExchange.Server.Signals;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>The live connections of this hub by stream. A later connection ends the one before it; a source has only so many streams.</summary>
internal sealed class StreamConnections
{
    private readonly SourceLimits _limits;
    private readonly HubMetrics _metrics;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Source, string Stream), Lease> _live = [];
    private readonly Dictionary<string, int> _streams = [];

    public StreamConnections(SourceLimits limits, HubMetrics metrics)
    {
        _limits = limits;
        _metrics = metrics;
        metrics.ObserveStreams(Count);
    }

    /// <summary>Refuses a stream the source has no room for, before it takes a stream over from another hub.</summary>
    /// <exception cref="Grpc.Core.RpcException">STREAM_LIMIT.</exception>
    public void EnsureRoom(string source, string stream)
    {
        lock (_gate)
        {
            // A stream that connects again takes the place of the connection it lost.
            if (_live.ContainsKey((source, stream)) || _streams.GetValueOrDefault(source) < _limits.StreamsOf(source))
            {
                return;
            }
        }

        _metrics.Rejected(source, "streams");
        throw HubErrors.Of(
            ErrorReason.StreamLimit, ("source", source), ("limit", _limits.StreamsOf(source).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Registers a connection and ends its predecessor, or finds itself ended. Dispose the result when the connection ends.</summary>
    /// <exception cref="Grpc.Core.RpcException">STREAM_LIMIT.</exception>
    public Lease Enter(StreamPosition position)
    {
        var lease = new Lease(this, position);
        Lease? ended = null;
        lock (_gate)
        {
            EnsureRoom(position.Source, position.Stream);
            if (!_live.TryGetValue(lease.Stream, out var live))
            {
                _streams[position.Source] = _streams.GetValueOrDefault(position.Source) + 1;
                _live[lease.Stream] = lease;
            }
            else if (live.Epoch < lease.Epoch)
            {
                ended = live;
                _live[lease.Stream] = lease;
            }
            else
            {
                // Two connections were opened at once, and this is the earlier one.
                ended = lease;
            }
        }

        ended?.End();
        return lease;
    }

    private void Leave(Lease lease)
    {
        lock (_gate)
        {
            if (_live.GetValueOrDefault(lease.Stream) != lease)
            {
                return;
            }

            _live.Remove(lease.Stream);

            // A source that has none stays known, so that its metric says 0; there are as many as registered nodes at most.
            _streams[lease.Stream.Source]--;
        }
    }

    private IReadOnlyList<(string Source, int Streams)> Count()
    {
        lock (_gate)
        {
            return [.. _streams.Select(pair => (pair.Key, pair.Value))];
        }
    }

    /// <summary>A live connection.</summary>
    public sealed class Lease(StreamConnections owner, StreamPosition position) : IDisposable
    {
        // Left to the garbage collector: a successor may cancel it while the connection ends.
        private readonly CancellationTokenSource _fence = new();

        public (string Source, string Stream) Stream => (position.Source, position.Stream);

        public long Epoch => position.Epoch;

        /// <summary>Cancelled when a later connection has taken the stream over.</summary>
        public CancellationToken Fenced => _fence.Token;

        public void End() => _fence.Cancel();

        public void Dispose() => owner.Leave(this);
    }
}
