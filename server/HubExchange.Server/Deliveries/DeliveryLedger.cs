using System.Collections.Frozen;
using System.Threading.Channels;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Deliveries;

/// <summary>
/// Writes down who is given which version, before it is given: nothing leaves the hub unrecorded. What waits at a time is written in one
/// transaction. Of nodes, and people who work with the data of one, it records what they get of others; of people of the city what is not
/// shared unconditionally.
/// </summary>
internal sealed partial class DeliveryLedger : BackgroundService
{
    private static readonly string AddSql = SqlFiles.Read("Deliveries/AddDeliveries.sql");

    private readonly HubStorage _storage;
    private readonly DeliveryOptions _options;
    private readonly ILogger<DeliveryLedger> _logger;
    private readonly FrozenSet<string> _restricted;
    private readonly Channel<Call> _waiting;

    public DeliveryLedger(HubStorage storage, EntityTypes types, IOptions<DeliveryOptions> options, ILogger<DeliveryLedger> logger)
    {
        (_storage, _options, _logger) = (storage, options.Value, logger);
        _restricted = types.All.Where(type => type.Options.Share != ShareType.Unconditional).Select(type => type.Id).ToFrozenSet(StringComparer.Ordinal);
        _waiting = Channel.CreateBounded<Call>(new BoundedChannelOptions(_options.QueueCalls) { SingleReader = true });
    }

    /// <summary>What is given in one call or message.</summary>
    private sealed record Call(Caller Caller, string Way, List<DeliveredVersion> Versions)
    {
        /// <summary>Ends when it is on disk.</summary>
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Writes down what a caller is about to be given.</summary>
    /// <exception cref="Grpc.Core.RpcException">STORE_UNAVAILABLE: it could not be written, and must not be given.</exception>
    public async ValueTask AddAsync(Caller caller, DeliveryWay way, IEnumerable<DeliveredVersion> versions, CancellationToken cancellationToken)
    {
        var given = versions.Where(version => caller.Node.Length > 0 ? version.Source != caller.Node : _restricted.Contains(version.Type)).ToList();
        if (given.Count == 0)
        {
            return;
        }

        var call = new Call(caller, DeliveryCode.Of(way), given);
        try
        {
            await _waiting.Writer.WriteAsync(call, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw HubErrors.Of(ErrorReason.HubStopping);
        }

        await call.Written.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                var calls = new List<Call>();
                for (var records = 0; records < _options.BatchRecords && _waiting.Reader.TryRead(out var call); records += call.Versions.Count)
                {
                    calls.Add(call);
                }

                await WriteAsync(calls, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever still waits is told below.
        }

        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var late))
        {
            late.Written.TrySetException(HubErrors.Of(ErrorReason.HubStopping));
        }
    }

    private async Task WriteAsync(List<Call> calls, CancellationToken cancellationToken)
    {
        try
        {
            var rows = calls.SelectMany(call => call.Versions.Select(version => (Call: call, Version: version))).ToList();
            await using var connection = await _storage.DataSource.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(AddSql, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Call.Caller.Name)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Call.Caller.Role)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Call.Caller.Node)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Call.Way)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Version.Type)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Version.Key)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Version.Source)] },
                    new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Version.Revision)] },
                },
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
            calls.ForEach(call => call.Written.TrySetResult());
        }
        catch (Exception exception)
        {
            var isStopping = cancellationToken.IsCancellationRequested;
            if (!isStopping)
            {
                Log.Failed(_logger, exception);
            }

            calls.ForEach(call => call.Written.TrySetException(HubErrors.Of(isStopping ? ErrorReason.HubStopping : ErrorReason.StoreUnavailable)));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Deliveries could not be written down, so nothing was delivered")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
