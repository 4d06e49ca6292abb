namespace HubExchange.Server.Ingestion;

/// <summary>
/// Gives batches the instant they are recorded at. The clock is that of the database, which all hubs share: a batch first shows there that
/// it is being written, with an instant before which it will not be recorded, and reads the clock then (LockBatch.sql). So whoever reads
/// the clock and then looks at what is being written knows an instant before which nothing will appear any more; see
/// Query/Aggregation/SettledInstants.cs. Instants have whole microseconds, as the database keeps them.
/// </summary>
/// <remarks>
/// Should the clock of the database be set back, the batches of this process go on after its earlier batches and after what it settled;
/// what another hub settled before that may still change.
/// </remarks>
internal sealed class WriteInstants
{
    private readonly Lock _lock = new();
    private DateTime _latest = DateTime.MinValue;

    /// <summary>When a batch is recorded: later than everything before it.</summary>
    /// <param name="now">What the clock of the database showed once the batch could be seen there.</param>
    public DateTime Next(DateTime now)
    {
        lock (_lock)
        {
            return _latest = now > _latest ? now : _latest.AddMicroseconds(1);
        }
    }

    /// <summary>Batches from now on are recorded later than this.</summary>
    public void Pass(DateTime settled)
    {
        lock (_lock)
        {
            _latest = settled > _latest ? settled : _latest;
        }
    }
}
