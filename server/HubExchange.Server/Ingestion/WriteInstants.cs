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
    private DateTime _begun = DateTime.MinValue;
    private DateTime _settled = DateTime.MinValue;
    private DateTime _finished = DateTime.MinValue;
    private DateTime _committed = DateTime.MinValue;

    /// <summary>A batch that is being written. Disposed when it is on disk or given up.</summary>
    public sealed class Writing(WriteInstants instants, DateTime recordedAt) : IDisposable
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>When its versions are recorded.</summary>
        public DateTime RecordedAt => recordedAt;

        /// <summary>Ends with it.</summary>
        public Task Done => _done.Task;

        /// <summary>From here on a snapshot may show it.</summary>
        public void Commits()
        {
            lock (instants._lock)
            {
                instants._committed = Later(instants._committed, recordedAt);
            }
        }

        public void Dispose()
        {
            lock (instants._lock)
            {
                instants._writing.Remove(this);
                instants._finished = Later(instants._finished, recordedAt);
            }

            _done.TrySetResult();
        }
    }

    /// <summary>Begins a batch, later than every instant that was settled and every batch before it, also when the clock is set back.</summary>
    public Writing Begin()
    {
        lock (_lock)
        {
            _begun = Later(Now(), Later(_begun, _settled).AddMicroseconds(1));
            var writing = new Writing(this, _begun);
            _writing.Add(writing);
            return writing;
        }
    }

    /// <summary>When the latest batch was recorded that a snapshot taken until now may show.</summary>
    public DateTime Committed
    {
        get
        {
            lock (_lock)
            {
                return _committed;
            }
        }
    }

    /// <summary>Whether a batch that is recorded later than an instant may be in a snapshot taken until now.</summary>
    public bool MayShowAfter(DateTime instant) => Committed > instant;

    /// <summary>An instant at which everything acknowledged is recorded and after which nothing will be recorded before it.</summary>
    /// <remarks>
    /// It lies before the batches that are still being written, so that a slow disk makes no reader wait; except where one that began
    /// later has finished sooner: then it waits for those that began before that one.
    /// </remarks>
    /// <param name="notBefore">It waits for the batches until here, too: the reader has something of them already.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="TimeoutException">A batch takes longer than <paramref name="timeout"/>.</exception>
    public async Task<DateTime> SettleAsync(DateTime notBefore, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task[] overtaken;
        DateTime instant;
        lock (_lock)
        {
            var floor = Later(_finished, notBefore);
            overtaken = [.. _writing.Where(writing => writing.RecordedAt <= floor).Select(writing => writing.Done)];
            var next = _writing.Where(writing => writing.RecordedAt > floor).Select(writing => writing.RecordedAt).DefaultIfEmpty().Min();
            _settled = instant = next == default ? Later(Now(), Later(_settled, floor)) : next.AddMicroseconds(-1);
        }

        if (overtaken.Length > 0)
        {
            await Task.WhenAll(overtaken).WaitAsync(timeout, cancellationToken);
        }

        return instant;
    }

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private DateTime Now()
    {
        var ticks = time.GetUtcNow().UtcTicks;
        return new DateTime(ticks - (ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
    }
}
