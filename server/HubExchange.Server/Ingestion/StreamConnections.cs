using System.Collections.Concurrent;

namespace HubExchange.Server.Ingestion;

/// <summary>The live connections of this hub by stream. A new connection ends the one before it.</summary>
internal sealed class StreamConnections
{
    private readonly ConcurrentDictionary<(string Source, string Stream), CancellationTokenSource> _live = new();

    /// <summary>Registers a connection and ends its predecessor. Dispose the result when the connection ends.</summary>
    public Lease Enter(string source, string stream)
    {
        var fence = new CancellationTokenSource();
        _live.AddOrUpdate((source, stream), fence, (_, earlier) =>
        {
            earlier.Cancel();
            return fence;
        });
        return new Lease(this, (source, stream), fence);
    }

    /// <summary>A live connection.</summary>
    public sealed class Lease(StreamConnections owner, (string, string) stream, CancellationTokenSource fence) : IDisposable
    {
        /// <summary>Cancelled when a later connection has taken the stream over.</summary>
        public CancellationToken Fenced => fence.Token;

        // The source is left to the garbage collector: a successor may cancel it at this very moment.
        public void Dispose() => owner._live.TryRemove(KeyValuePair.Create(stream, fence));
    }
}
