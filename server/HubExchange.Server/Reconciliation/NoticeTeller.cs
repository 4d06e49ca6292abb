using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Tells the nodes that attend here what was noted for them, and that their certificates end. A notice counts as told when it went out, so
/// that one may come twice after a failure, but none is lost. A node that does not read holds up nobody else.
/// </summary>
internal sealed partial class NoticeTeller(
    Attendances attendances, HubStorage storage, IOptions<ReconciliationOptions> options, TimeProvider time, ILogger<NoticeTeller> logger)
    : BackgroundService
{
    // Notices in one transaction.
    private const int Batch = 100;

    private static readonly TimeSpan ExpiryPause = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, bool> _telling = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodically.RunAsync(
        TimeSpan.FromSeconds(options.Value.NoticeSeconds), time, RunOnceAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var here = attendances.All();
        if (here.Count == 0)
        {
            return;
        }

        foreach (var attendance in here)
        {
            TellExpiry(attendance);
        }

        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var nodes = await connection.QueryAsync<string>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListUntoldNodes.sql"),
            new { nodes = here.Select(attendance => attendance.Source).Distinct().ToArray() },
            cancellationToken: cancellationToken));
        foreach (var attendance in nodes.Select(node => here.First(attendance => attendance.Source == node)))
        {
            if (_telling.TryAdd(attendance.Source, true))
            {
                _ = TellAsync(attendance, cancellationToken);
            }
        }
    }

    private async Task TellAsync(Attendance attendance, CancellationToken cancellationToken)
    {
        try
        {
            while (await TellBatchAsync(attendance, cancellationToken) == Batch)
            {
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or ObjectDisposedException)
        {
            Log.NotTold(logger, attendance.Source, exception.Message);
        }
        finally
        {
            _telling.TryRemove(attendance.Source, out _);
        }
    }

    private async Task<int> TellBatchAsync(Attendance attendance, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await connection.QueryAsync<NoticeRow>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListUntold.sql"), new { node = attendance.Source, limit = Batch }, transaction, cancellationToken: cancellationToken));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(attendance.Ended, cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.AnswerTimeoutSeconds));
        var told = new List<long>();
        foreach (var row in rows)
        {
            if (!await attendance.TryTellAsync(row.ToNotice(), limit.Token))
            {
                break;
            }

            told.Add(row.Id);
        }

        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Reconciliation/NoteTold.sql"),
            new { ids = told.ToArray(), at = time.GetUtcNow().UtcDateTime },
            transaction,
            cancellationToken: CancellationToken.None));
        await transaction.CommitAsync(CancellationToken.None);
        return told.Count;
    }

    private void TellExpiry(Attendance attendance)
    {
        var now = time.GetUtcNow();
        var end = attendance.Caller.ExpiresAt;
        if (end - now > TimeSpan.FromDays(options.Value.CertificateNoticeDays) || now - attendance.ExpiryToldAt < ExpiryPause)
        {
            return;
        }

        attendance.ExpiryToldAt = now;
        var day = ChinaTime.DayOf(end).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var notice = new Notice
        {
            Kind = NoticeKind.CertificateExpires,
            ExpiresAt = Timestamp.FromDateTimeOffset(end),
            MessageZh = $"节点证书将于 {day} 到期,请及时换发。",
            MessageEn = $"The certificate of the node ends on {day}; renew it in time.",
        };
        _ = attendance.TryTellAsync(notice, attendance.Ended);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Notices could not be looked for; tried again within seconds")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Debug, "{Node} was not told everything: {Reason}")]
        public static partial void NotTold(ILogger logger, string node, string reason);
    }
}
