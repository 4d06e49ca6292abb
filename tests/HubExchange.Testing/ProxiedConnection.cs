using System.Net.Sockets;

namespace HubExchange.Testing;

/// <summary>A connection through a <see cref="FaultProxy"/>.</summary>
internal sealed class ProxiedConnection
{
    private readonly FaultProxy _proxy;
    private readonly Socket _near;
    private readonly Socket _far;
    private readonly ProxiedDirection _toHub;
    private readonly ProxiedDirection _toClient;
    private volatile bool _isAbandoned;

    /// <param name="proxy">Whose faults it has.</param>
    /// <param name="near">Towards the client.</param>
    /// <param name="far">Towards the hub.</param>
    public ProxiedConnection(FaultProxy proxy, Socket near, Socket far)
    {
        _proxy = proxy;
        _near = near;
        _far = far;
        _toHub = new ProxiedDirection(proxy, near, far, Cut);
        _toClient = new ProxiedDirection(proxy, far, near, Cut);
    }

    /// <summary>Passes bytes on until both sides have closed, or either was reset.</summary>
    public async Task RunAsync()
    {
        var (toHub, toClient) = (_toHub.RunAsync(), _toClient.RunAsync());
        var first = await Task.WhenAny(toHub, toClient);
        if (_isAbandoned)
        {
            // The hub's end stays open and silent.
            await Task.Delay(Timeout.Infinite, _proxy.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (await first)
        {
            await Task.WhenAll(toHub, toClient);
        }

        Cut();
    }

    public void Cut()
    {
        Reset(_near);
        Reset(_far);
    }

    public void Abandon()
    {
        _isAbandoned = true;
        Reset(_near);
    }

    public void HalfClose(bool isTowardsHub) => (isTowardsHub ? _toHub : _toClient).Close();

    public void CutAfter(int bytes) => _toHub.CutAfter(bytes);

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}
