namespace HubExchange.Server.Ingestion;

/// <summary>
/// Gives batches the instant they are recorded at, and readers an instant before which nothing will appear any more: what such a reader
/// sees as of that instant stays so for ever. Instants have whole microseconds, as the database keeps them.
/// </summary>
/// <remarks>It knows the batches of this process only. Several hubs on one database rely on their clocks and on short batches.</remarks>
internal sealed class WriteInstants(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Writing> _writing = [];
    private DateTime _settled = DateTime.MinValue;
    private DateTime _latest = DateTime.MinValue;

    /// <summary>A batch that is being written. Disposed when it is on disk or given up.</summary>
    public sealed class Writing(WriteInstants instants, DateTime recordedAt) : IDisposable
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>When its versions are recorded.</summary>
        public DateTime RecordedAt => recordedAt;

        /// <summary>Ends with it.</summary>
        public Task Done => _done.Task;

        public void Dispose()
        {
            lock (instants._lock)
            {
                instants._writing.Remove(this);
            }

            _done.TrySetResult();
        }
    }

    /// <summary>Begins a batch, later than every instant that was settled.</summary>
    public Writing Begin()
    {
        lock (_lock)
        {
            var now = Now();
            var writing = new Writing(this, now > _settled ? now : _settled.AddMicroseconds(1));
            _writing.Add(writing);
            _latest = writing.RecordedAt;
            return writing;
        }
    }

    /// <summary>Whether a batch has begun that is recorded later than an instant.</summary>
    public bool HasBegunAfter(DateTime instant)
    {
        lock (_lock)
        {
            return _latest > instant;
        }
    }

    /// <summary>The present instant, once every batch recorded until then is on disk or given up.</summary>
    /// <exception cref="TimeoutException">A batch takes longer than <paramref name="timeout"/>.</exception>
    public async Task<DateTime> SettleAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        DateTime instant;
        Task[] earlier;
        lock (_lock)
        {
            var now = Now();
            _settled = instant = now > _settled ? now : _settled;
            earlier = [.. _writing.Select(writing => writing.Done)];
        }

        if (earlier.Length > 0)
        {
            await Task.WhenAll(earlier).WaitAsync(timeout, cancellationToken);
        }

        return instant;
    }

    private DateTime Now()
    {
        var ticks = time.GetUtcNow().UtcTicks;
        return new DateTime(ticks - (ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
    }
}
