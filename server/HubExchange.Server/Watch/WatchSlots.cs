using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Signals;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Watch;

/// <summary>How many watches are open, of each caller and of all.</summary>
internal sealed class WatchSlots
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly WatchOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _callers = [];
    private int _open;

    public WatchSlots(IOptions<WatchOptions> options, HubMetrics metrics)
    {
        _options = options.Value;
        metrics.ObserveWatchers(() => _open);
    }

    /// <summary>Takes a slot until the result is disposed of.</summary>
    /// <exception cref="Grpc.Core.RpcException">WATCH_LIMIT.</exception>
    public IDisposable Take(Caller caller)
    {
        var name = $"{caller.Role}/{caller.Name}";
        lock (_gate)
        {
            var own = _callers.GetValueOrDefault(name);
            Check(own, _options.MaxWatchersPerCaller);
            Check(_open, _options.MaxWatchers);
            _callers[name] = own + 1;
            _open++;
        }

        return new Slot(this, name);
    }

    private static void Check(int open, int limit)
    {
        if (open >= limit)
        {
            throw HubErrors.Of(ErrorReason.WatchLimit, RetryAfter, ("limit", $"{limit}"));
        }
    }

    private void Leave(string name)
    {
        lock (_gate)
        {
            _open--;
            if (--_callers[name] == 0)
            {
                _callers.Remove(name);
            }
        }
    }

    private sealed class Slot(WatchSlots slots, string name) : IDisposable
    {
        public void Dispose() => slots.Leave(name);
    }
}
