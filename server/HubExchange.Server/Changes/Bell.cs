using System.Threading.Channels;

namespace HubExchange.Server.Changes;

/// <summary>Tells one listener that there is something new; rings that nobody heard count as one.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Waits for a ring, at most so long.</summary>
    /// <returns>Whether it rang.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await _rung.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
