using System.Threading.Channels;
using Grpc.Core;

namespace HubExchange.Server.Watch;

/// <summary>One who watches: what it selects, and the messages that wait for it.</summary>
/// <param name="selection">What it selects.</param>
/// <param name="view">What it sees of it.</param>
/// <param name="maxBytes">Most bytes that wait.</param>
/// <param name="tooSlow">What it is told when more would wait.</param>
internal sealed class Watcher(Selection selection, WatchView view, int maxBytes, Func<RpcException> tooSlow) : IDisposable
{
    private readonly Channel<WatchMessage> _waiting = Channel.CreateUnbounded<WatchMessage>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private bool _isOver;
    private volatile RpcException? _reason;
    private long _bytes;

    /// <summary>What it selects.</summary>
    public Selection Selection => selection;

    /// <summary>What it sees of it.</summary>
    public WatchView View => view;

    /// <summary>A message came since this was set to false.</summary>
    public bool HeardLately { get; set; }

    /// <summary>Cancelled when the watch ends for a <see cref="Reason"/>.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why it ends; null while it goes on.</summary>
    public RpcException? Reason => _reason;

    /// <summary>Lets a message wait, or ends the watch when too much waits.</summary>
    public void Add(WatchMessage message)
    {
        if (_reason is not null)
        {
            return;
        }

        if (Interlocked.Add(ref _bytes, message.Bytes) > maxBytes)
        {
            End(tooSlow());
            return;
        }

        HeardLately = true;
        _waiting.Writer.TryWrite(message);
    }

    /// <summary>Ends the watch.</summary>
    public void End(RpcException reason)
    {
        // The feed may end a watch that has just ended by itself.
        lock (_gate)
        {
            if (!_isOver && _reason is null)
            {
                _reason = reason;
                _ended.Cancel();
            }
        }
    }

    /// <summary>The next message.</summary>
    public async ValueTask<WatchMessage> TakeAsync(CancellationToken cancellationToken)
    {
        var message = await _waiting.Reader.ReadAsync(cancellationToken);
        Interlocked.Add(ref _bytes, -message.Bytes);
        return message;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _ended.Dispose();
        }
    }
}
