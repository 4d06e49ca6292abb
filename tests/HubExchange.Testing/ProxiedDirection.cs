using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace HubExchange.Testing;

/// <summary>One direction of a connection through a <see cref="FaultProxy"/>.</summary>
/// <param name="proxy">Whose faults it has.</param>
/// <param name="from">Where bytes come from.</param>
/// <param name="to">Where they go.</param>
/// <param name="cut">Resets the connection.</param>
internal sealed class ProxiedDirection(FaultProxy proxy, Socket from, Socket to, Action cut)
{
    private const int BufferBytes = 64 * 1024;

    // Under way in one direction: 4,096 reads of up to 64 KiB, more than a stream may have unacknowledged.
    private const int MaxUnderWay = 4_096;

    // A slow line carries its bytes in so many parts a second.
    private const int PartsPerSecond = 50;

    private readonly Channel<(long DueAt, byte[] Bytes)> _underWay = Channel.CreateBounded<(long DueAt, byte[] Bytes)>(MaxUnderWay);
    private volatile bool _isClosed;
    private long _left = long.MaxValue;

    /// <summary>Passes bytes on.</summary>
    /// <returns>The sender has closed in order; false when the connection broke.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            _ = ReceiveAsync();
            await DeliverAsync();
            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Tells the receiver that nothing more will come.</summary>
    public void Close()
    {
        _isClosed = true;
        try
        {
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    /// <summary>Resets the connection after so many more bytes.</summary>
    public void CutAfter(int bytes) => Interlocked.Exchange(ref _left, bytes);

    private async Task ReceiveAsync()
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, proxy.Stopped) is > 0 and var count)
            {
                var dueAt = Stopwatch.GetTimestamp() + (long)(proxy.Delay.TotalSeconds * Stopwatch.Frequency);
                await _underWay.Writer.WriteAsync((dueAt, buffer[..count]), proxy.Stopped);
            }

            _underWay.Writer.Complete();
        }
        catch (Exception exception)
        {
            _underWay.Writer.Complete(exception);
        }
    }

    private async Task DeliverAsync()
    {
        await foreach (var (dueAt, bytes) in _underWay.Reader.ReadAllAsync(proxy.Stopped))
        {
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), dueAt);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, proxy.Stopped);
            }

            await SendAsync(bytes);
        }

        Close();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            await proxy.Passable.WaitAsync(proxy.Stopped);
            var rate = proxy.BytesPerSecond;
            var part = bytes[..(rate == 0 ? bytes.Length : Math.Min(bytes.Length, Math.Max(1, rate / PartsPerSecond)))];
            bytes = bytes[part.Length..];
            if (rate > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.0 / PartsPerSecond), proxy.Stopped);
            }

            if (_isClosed)
            {
                continue;
            }

            var left = Interlocked.Read(ref _left);
            await to.SendAsync(part[..(int)Math.Min(part.Length, left)], proxy.Stopped);
            if (left != long.MaxValue && Interlocked.Add(ref _left, -part.Length) <= 0)
            {
                cut();
            }
        }
    }
}
