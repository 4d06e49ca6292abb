using System.Globalization;
using HubExchange.Server.Errors;
using HubExchange.Server.Signals;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>The live connections of this hub by stream. A new connection ends the one before it; a source has only so many streams.</summary>
internal sealed class StreamConnections
{
    private readonly SourceLimits _limits;
    private readonly HubMetrics _metrics;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Source, string Stream), CancellationTokenSource> _live = [];
    private readonly Dictionary<string, int> _streams = [];

    public StreamConnections(SourceLimits limits, HubMetrics metrics)
    {
        _limits = limits;
        _metrics = metrics;
        metrics.ObserveStreams(Count);
    }

    /// <summary>Registers a connection and ends its predecessor. Dispose the result when the connection ends.</summary>
    /// <exception cref="Grpc.Core.RpcException">STREAM_LIMIT.</exception>
    public Lease Enter(string source, string stream)
    {
        var fence = new CancellationTokenSource();
        CancellationTokenSource? earlier;
        lock (_gate)
        {
            // A stream that connects again takes the place of the connection it lost.
            if (!_live.TryGetValue((source, stream), out earlier))
            {
                var open = _streams.GetValueOrDefault(source);
                if (open >= _limits.StreamsOf(source))
                {
                    throw Refused(source);
                }

                _streams[source] = open + 1;
            }

            _live[(source, stream)] = fence;
        }

        earlier?.Cancel();
        return new Lease(this, (source, stream), fence);
    }

    private Grpc.Core.RpcException Refused(string source)
    {
        _metrics.Rejected(source, "streams");
        return HubErrors.Of(
            ErrorReason.StreamLimit, ("source", source), ("limit", _limits.StreamsOf(source).ToString(CultureInfo.InvariantCulture)));
    }

    private void Leave((string Source, string Stream) stream, CancellationTokenSource fence)
    {
        lock (_gate)
        {
            if (_live.GetValueOrDefault(stream) != fence)
            {
                return;
            }

            _live.Remove(stream);

            // A source that has none stays known, so that its metric says 0; there are as many as registered nodes at most.
            _streams[stream.Source]--;
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
    public sealed class Lease(StreamConnections owner, (string, string) stream, CancellationTokenSource fence) : IDisposable
    {
        /// <summary>Cancelled when a later connection has taken the stream over.</summary>
        public CancellationToken Fenced => fence.Token;

        // The source is left to the garbage collector: a successor may cancel it at this very moment.
        public void Dispose() => owner.Leave(stream, fence);
    }
}
