using Grpc.Core;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Audit;

/// <summary>
/// Writes the audit: whatever has an entry is answered once it is on disk, and not at all when it cannot be written. What waits at a time is
/// written by one statement, which continues the chain under a lock, over all hubs of the database.
/// </summary>
internal sealed partial class AuditLog : BackgroundService
{
    private const char PathSeparator = ',';

    private static readonly string AddSql = SqlFiles.Read("Audit/AddAudit.sql");

    private readonly HubStorage _storage;
    private readonly WriteQueue<AuditEntry> _queue;

    public AuditLog(HubStorage storage, IOptions<AuditOptions> options, ILogger<AuditLog> logger)
    {
        _storage = storage;
        _queue = new(options.Value.QueueCalls, options.Value.BatchEntries, WriteAsync, exception => Log.Failed(logger, exception));
    }

    /// <summary>How the audit names the method of a call, e.g. <c>QueryService.ListRecords</c>.</summary>
    public static string MethodOf(ServerCallContext context)
    {
        var (service, method) = context.Method.Split('/') is ["", var first, var second] ? (first, second) : (context.Method, "");
        return $"{service[(service.LastIndexOf('.') + 1)..]}.{method}";
    }

    /// <summary>Writes down what a caller does. Position, instant and hash are given to the entries in the database.</summary>
    /// <exception cref="RpcException">STORE_UNAVAILABLE: it could not be written, and must not be done.</exception>
    public async ValueTask AddAsync(Caller caller, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        foreach (var entry in entries)
        {
            (entry.Caller, entry.Role, entry.Node) = (caller.Name, caller.Role, caller.Node);
        }

        await _queue.AddAsync(entries, cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _queue.RunAsync(stoppingToken);

    private async Task WriteAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var connection = await _storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(AddSql, connection)
        {
            Parameters =
            {
                Texts(entry => AuditCode.Of(entry.Event)),
                Texts(entry => entry.Caller),
                Texts(entry => entry.Role),
                Texts(entry => entry.Node),
                Texts(entry => entry.Method),
                Texts(entry => entry.Type),
                Texts(entry => entry.Reason),
                Texts(entry => entry.Detail),
                new NpgsqlParameter<long[]> { TypedValue = [.. entries.Select(entry => entry.Records)] },
                Texts(entry => string.Join(PathSeparator, entry.CutFields)),
                Texts(entry => string.Join(PathSeparator, entry.MaskedFields)),
                new NpgsqlParameter<bool[]> { TypedValue = [.. entries.Select(entry => entry.Withheld)] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);

        NpgsqlParameter<string[]> Texts(Func<AuditEntry, string> text) => new() { TypedValue = [.. entries.Select(text)] };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The audit could not be written, so the calls were refused")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
