using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// A long line: passes the bytes of TCP connections on after a delay in each direction, without limiting how many. TLS goes through
/// untouched.
/// </summary>
internal sealed class DelayProxy : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    // Under way in one direction: 4,096 reads of up to 64 KiB, more than a stream may have unacknowledged.
    private const int MaxUnderWay = 4_096;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly TimeSpan _delay;

    public DelayProxy(Uri target, TimeSpan delay)
    {
        _target = target;
        _delay = delay;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public Uri Address => new UriBuilder(_target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ConnectAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Closed.
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target.Port, _stop.Token);
            near.NoDelay = far.NoDelay = true;
            await Task.WhenAny(PassAsync(near.GetStream(), far.GetStream()), PassAsync(far.GetStream(), near.GetStream()));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // Either side closed, which closes the other.
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var underWay = Channel.CreateBounded<(long DueAt, byte[] Bytes)>(MaxUnderWay);
        await Task.WhenAny(ReceiveAsync(from, underWay.Writer), DeliverAsync(to, underWay.Reader));
    }

    private async Task ReceiveAsync(NetworkStream from, ChannelWriter<(long DueAt, byte[] Bytes)> underWay)
    {
        var buffer = new byte[BufferBytes];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var count)
        {
            var dueAt = Stopwatch.GetTimestamp() + (long)(_delay.TotalSeconds * Stopwatch.Frequency);
            await underWay.WriteAsync((dueAt, buffer[..count]), _stop.Token);
        }
    }

    private async Task DeliverAsync(NetworkStream to, ChannelReader<(long DueAt, byte[] Bytes)> underWay)
    {
        await foreach (var (dueAt, bytes) in underWay.ReadAllAsync(_stop.Token))
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), dueAt);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, _stop.Token);
            }

            await to.WriteAsync(bytes, _stop.Token);
        }
    }
}
