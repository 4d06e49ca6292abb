using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Places;

/// <summary>Brings kept counts up to date while somebody asks for them, so that nobody waits for what has changed since the last question.</summary>
internal sealed partial class StandingKeeper(
    StandingCounts counts,
    HubStorage storage,
    EntityTypes types,
    IOptions<PlaceOptions> options,
    TimeProvider time,
    ILogger<StandingKeeper> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodically.RunAsync(
        TimeSpan.FromSeconds(options.Value.RefreshSeconds), time, RunOnceAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private async Task RunOnceAsync(CancellationToken stoppingToken)
    {
        if (counts.AskedSince(time.GetUtcNow().AddSeconds(-options.Value.KeepSeconds)) is not { Count: > 0 } asked)
        {
            return;
        }

        using var turn = await counts.EnterAsync(stoppingToken);
        await using var connection = await storage.SurveySource.OpenConnectionAsync(stoppingToken);
        await using var transaction = await connection.BeginSurveyAsync(stoppingToken);
        var book = await PlaceBook.ReadAsync(storage, types, connection, ReadTime.Current, ChinaTime.Today(time), stoppingToken);
        await turn.RefreshAsync(connection, book, asked, stoppingToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Kept counts could not be brought up to date; the next reader does it")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
