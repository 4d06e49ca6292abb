using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HubExchange.Testing;

/// <summary>
/// A line between client and hub with every fault a line can have. Passes the bytes of TCP connections on, TLS untouched; without a
/// fault as fast as it can.
/// </summary>
public sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile Uri _target;
    private volatile TaskCompletionSource? _blackhole;

    /// <summary>Starts to listen.</summary>
    /// <param name="target">Where connections lead.</param>
    public FaultProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public Uri Address => new UriBuilder(_target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Has later connections lead to another hub, as an address that moves with a failover does.</summary>
    public void Redirect(Uri target) => _target = target;

    /// <summary>How long every byte travels in each direction. Does not limit how many are under way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Bytes each connection carries a second in each direction; 0 is no limit.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Nothing comes through any more, without a word to either side; what was sent meanwhile arrives when it heals.</summary>
    public bool IsBlackhole
    {
        get => _blackhole is not null;
        set
        {
            var before = _blackhole;
            _blackhole = value ? before ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            if (!value)
            {
                before?.SetResult();
            }
        }
    }

    internal Task Passable => _blackhole?.Task ?? Task.CompletedTask;

    internal CancellationToken Stopped => _stop.Token;

    /// <summary>Resets every connection on both sides.</summary>
    public void Cut() => ForEach(connection => connection.Cut());

    /// <summary>Resets every connection on the side of the client; the hub hears nothing, and nothing reaches it any more.</summary>
    public void Abandon() => ForEach(connection => connection.Abandon());

    /// <summary>Ends the sending of every connection in one direction, as if that side had closed it; the other direction stays open.</summary>
    /// <param name="isTowardsHub">Which direction.</param>
    public void HalfClose(bool isTowardsHub) => ForEach(connection => connection.HalfClose(isTowardsHub));

    /// <summary>Resets every connection as soon as it has passed so many more bytes to the hub: in the middle of a frame.</summary>
    public void CutAfter(int bytes) => ForEach(connection => connection.CutAfter(bytes));

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        IsBlackhole = false;
        Cut();
    }

    private void ForEach(Action<ProxiedConnection> action)
    {
        foreach (var connection in _connections.Keys)
        {
            action(connection);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ConnectAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Closed.
        }
    }

    private async Task ConnectAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target.Port, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Nobody listens, and the client learns it as it would without us.
                near.LingerState = new LingerOption(true, 0);
                return;
            }

            near.NoDelay = far.NoDelay = true;
            var connection = new ProxiedConnection(this, near, far);
            _connections[connection] = true;
            await connection.RunAsync();
            _connections.TryRemove(connection, out _);
        }
    }
}
