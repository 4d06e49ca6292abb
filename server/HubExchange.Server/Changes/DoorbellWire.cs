using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Changes;

/// <summary>
/// Carries the doorbell between the hubs of a database: one NOTIFY for the commits of a while, never in the transaction of a commit, and
/// one connection that listens. When either fails, the hubs read the feed once a poll period.
/// </summary>
internal sealed partial class DoorbellWire(
    HubStorage storage, Doorbell doorbell, IOptions<FeedOptions> options, TimeProvider time, ILogger<DoorbellWire> logger) : BackgroundService
{
    // A database that is away is not asked again at once.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly string NotifySql = SqlFiles.Read("Changes/Notify.sql");

    private readonly string _hub = Guid.NewGuid().ToString("N");

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(NotifyAsync, stoppingToken),
        RepeatAsync(ListenAsync, stoppingToken));

    private async Task NotifyAsync(CancellationToken stopping)
    {
        if (!await doorbell.Elsewhere.WaitAsync(TimeSpan.FromHours(1), time, stopping))
        {
            return;
        }

        await Task.Delay(options.Value.DoorbellDelay, time, stopping);
        await using var command = storage.DataSource.CreateCommand(NotifySql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _hub });
        await command.ExecuteNonQueryAsync(stopping);
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(stopping);
        connection.Notification += (_, notification) =>
        {
            if (notification.Payload != _hub)
            {
                doorbell.Here.Ring();
            }
        };
        await using (var command = new NpgsqlCommand("listen hub_feed", connection))
        {
            await command.ExecuteNonQueryAsync(stopping);
        }

        // It ends broken, or with the hub: it never goes back to the pool listening.
        while (true)
        {
            await connection.WaitAsync(stopping);
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                try
                {
                    await work(stopping);
                }
                catch (Exception exception) when (!stopping.IsCancellationRequested)
                {
                    Log.Failed(logger, exception);
                    await Task.Delay(Pause, time, stopping);
                }
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The hubs of this database cannot be told of commits; the feed is polled until they can")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
