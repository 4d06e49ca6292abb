using HubExchange.Client.Push;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>
/// Kills the hub as soon as a given number of records is acknowledged, while further ones are on their way, and holds the rest back
/// until the next kill is due, so that every kill hits a stream in the middle.
/// </summary>
internal sealed class Killer(HubProcess hub) : IProgress<PushProgress>
{
    // More than the hub gives credit for.
    private const int Margin = 2_000;

    private readonly Lock _gate = new();
    private TaskCompletionSource _mayGoOn = NewSignal();
    private TaskCompletionSource _killed = NewSignal();
    private long _acknowledged;
    private long _allowed;
    private long? _point;
    private bool _isWithDatabase;

    /// <summary>Records that are acknowledged by now.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Lets the push go on and kills the hub when it has acknowledged <paramref name="point"/> records.</summary>
    /// <param name="point">Number of acknowledged records.</param>
    /// <param name="withDatabase">Kill the database, too, instead of leaving it to stop in order.</param>
    public Task KillAtAsync(long point, bool withDatabase)
    {
        _isWithDatabase = withDatabase;
        return GoOn(point + Margin, point);
    }

    /// <summary>Lets the push go on to its end.</summary>
    public void Spare() => GoOn(long.MaxValue, null);

    /// <summary>Waits until the record with this ordinal may be sent.</summary>
    public async Task MaySendAsync(long ordinal)
    {
        while (true)
        {
            Task mayGoOn;
            lock (_gate)
            {
                if (ordinal < _allowed)
                {
                    return;
                }

                mayGoOn = _mayGoOn.Task;
            }

            await mayGoOn;
        }
    }

    /// <inheritdoc />
    public void Report(PushProgress value)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _acknowledged, value.Acknowledged);
            if (value.Acknowledged >= _point)
            {
                if (_isWithDatabase)
                {
                    hub.KillWithDatabase();
                }
                else
                {
                    hub.Kill();
                }

                _point = null;
                _killed.SetResult();
            }
        }
    }

    private Task GoOn(long allowed, long? point)
    {
        lock (_gate)
        {
            _allowed = allowed;
            _point = point;
            _killed = NewSignal();
            _mayGoOn.SetResult();
            _mayGoOn = NewSignal();
            return _killed.Task;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
