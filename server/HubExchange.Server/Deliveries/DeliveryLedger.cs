using System.Collections.Frozen;
using HubExchange.Contracts.Entities;
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
    private readonly FrozenSet<string> _restricted;
    private readonly WriteQueue<Delivery> _queue;

    public DeliveryLedger(HubStorage storage, EntityTypes types, IOptions<DeliveryOptions> options, ILogger<DeliveryLedger> logger)
    {
        _storage = storage;
        _restricted = types.All.Where(type => type.Options.Share != ShareType.Unconditional).Select(type => type.Id).ToFrozenSet(StringComparer.Ordinal);
        _queue = new(options.Value.QueueCalls, options.Value.BatchRecords, WriteAsync, exception => Log.Failed(logger, exception));
    }

    private readonly record struct Delivery(Caller Caller, string Way, DeliveredVersion Version);

    /// <summary>Writes down what a caller is about to be given.</summary>
    /// <exception cref="Grpc.Core.RpcException">STORE_UNAVAILABLE: it could not be written, and must not be given.</exception>
    public async ValueTask AddAsync(Caller caller, DeliveryWay way, IEnumerable<DeliveredVersion> versions, CancellationToken cancellationToken)
    {
        var code = DeliveryCode.Of(way);
        var given = versions
            .Where(version => caller.Node.Length > 0 ? version.Source != caller.Node : _restricted.Contains(version.Type))
            .Select(version => new Delivery(caller, code, version))
            .ToList();
        if (given.Count > 0)
        {
            await _queue.AddAsync(given, cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _queue.RunAsync(stoppingToken);

    private async Task WriteAsync(IReadOnlyList<Delivery> rows, CancellationToken cancellationToken)
    {
        await using var connection = await _storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(AddSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Caller.Name)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Caller.Role)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Caller.Node)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Way)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Version.Type)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Version.Key)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Version.Source)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Version.Revision)] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Deliveries could not be written down, so nothing was delivered")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
