namespace HubExchange.Server.Hosting;

/// <summary>The loop of work that is done from time to time while the hub runs.</summary>
internal static class Periodically
{
    /// <summary>Works at once and then every period, never twice at a time. Returns when the hub stops.</summary>
    /// <param name="period">Time from one turn to the next.</param>
    /// <param name="time">Clock.</param>
    /// <param name="work">The work. Whatever it throws is told and ends only this turn.</param>
    /// <param name="failed">Is told why a turn failed.</param>
    /// <param name="stopping">Ends the loop, and the work that is under way.</param>
    public static async Task RunAsync(
        TimeSpan period, TimeProvider time, Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            do
            {
                await TryAsync(work, failed, stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The hub stops. Libraries wrap the cancellation in exceptions of their own.
        }
    }

    private static async Task TryAsync(Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken stopping)
    {
        try
        {
            await work(stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            failed(exception);
        }
    }
}
