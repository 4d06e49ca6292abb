using System.Collections.Concurrent;

namespace HubExchange.Server.Ingestion;

/// <summary>The live connections of this hub by stream. A later connection ends the one before it.</summary>
internal sealed class StreamConnections
{
    private readonly ConcurrentDictionary<(string Source, string Stream), Lease> _live = new();

    /// <summary>Registers a connection and ends its predecessor, or finds itself ended. Dispose the result when the connection ends.</summary>
    public Lease Enter(StreamPosition position)
    {
        var lease = new Lease(this, position);
        _live.AddOrUpdate((position.Source, position.Stream), lease, (_, live) => LaterOf(live, lease));
        return lease;
    }

    // Of two connections that were opened at once the earlier one may come second.
    private static Lease LaterOf(Lease one, Lease other)
    {
        var (earlier, later) = one.Epoch < other.Epoch ? (one, other) : (other, one);
        earlier.End();
        return later;
    }

    /// <summary>A live connection.</summary>
    public sealed class Lease(StreamConnections owner, StreamPosition position) : IDisposable
    {
        private readonly CancellationTokenSource _fence = new();

        /// <summary>Cancelled when a later connection has taken the stream over.</summary>
        public CancellationToken Fenced => _fence.Token;

        public long Epoch => position.Epoch;

        public void End() => _fence.Cancel();

        // The source is left to the garbage collector: a successor may cancel it at this very moment.
        public void Dispose() => owner._live.TryRemove(KeyValuePair.Create((position.Source, position.Stream), this));
    }
}
