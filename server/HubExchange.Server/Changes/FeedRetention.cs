using System.Globalization;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Changes;

/// <summary>
/// Makes partitions of the feed ahead of the entries, and drops those whose entries are older than they are kept, or too many. Entries
/// that are gone make watches that ask for them fail with the oldest position; records and their history stay.
/// </summary>
internal sealed partial class FeedRetention(
    HubStorage storage, IOptions<FeedOptions> options, TimeProvider time, ILogger<FeedRetention> logger) : BackgroundService
{
    private sealed record Partition(string Name, long Last);

    /// <summary>Partitions must be there before the first write.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RunOnceAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Makes and drops what is due; nothing while another hub does.</summary>
    /// <returns>Number of partitions dropped.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            if (await HasLockAsync(connection, cancellationToken))
            {
                await AttachAsync(connection, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }

        var dropped = 0;
        foreach (var partition in await FindOldAsync(connection, cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await HasLockAsync(connection, cancellationToken))
            {
                return dropped;
            }

            await RunAsync(connection, "Changes/DropPartition.sql", cancellationToken, partition.Name, partition.Last);
            await transaction.CommitAsync(cancellationToken);
            Log.Dropped(logger, partition.Last);
            dropped++;
        }

        return dropped;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodically.RunAsync(options.Value.RetentionPeriod, time, RunOnceAsync, exception => Log.Failed(logger, exception), stoppingToken);

    private static async Task<bool> HasLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Changes/LockParts.sql"), connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task AttachAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (position, parted) = await ReadPartsAsync(connection, cancellationToken);
        var size = (long)options.Value.PartitionEntries;
        while (parted < position + options.Value.EntriesAhead)
        {
            // Named after its first position: the size may have been another one before.
            await RunAsync(connection, "Changes/AttachPartition.sql", cancellationToken, parted + 1, parted + 1, parted + 1 + size);
            parted += size;
        }
    }

    private async Task<List<Partition>> FindOldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (position, _) = await ReadPartsAsync(connection, cancellationToken);
        var before = time.GetUtcNow().UtcDateTime.AddDays(-options.Value.RetentionDays);
        var old = new List<Partition>();
        foreach (var partition in await ListAsync(connection, cancellationToken))
        {
            // The last entry stays: it tells when the feed was written last.
            if (partition.Last >= position ||
                (position - partition.Last < options.Value.MaxEntries && await RecordedAtAsync(connection, partition.Last, cancellationToken) >= before))
            {
                break;
            }

            old.Add(partition);
        }

        return old;
    }

    private static async Task<(long Position, long Parted)> ReadPartsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Changes/ReadParts.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<List<Partition>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Changes/ListPartitions.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var partitions = new List<Partition>();
        while (await reader.ReadAsync(cancellationToken))
        {
            partitions.Add(new Partition(reader.GetString(0), reader.GetInt64(1)));
        }

        return partitions;
    }

    private static async Task<DateTime?> RecordedAtAsync(NpgsqlConnection connection, long position, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Changes/ReadRecordedAt.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = position } },
        };
        return (DateTime?)await command.ExecuteScalarAsync(cancellationToken);
    }

    // Names and bounds are numbers of this program and names it gave; statements that define tables take no parameters.
    private static async Task RunAsync(NpgsqlConnection connection, string file, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(string.Format(CultureInfo.InvariantCulture, SqlFiles.Read(file), values), connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The change feed was dropped up to position {Position}")]
        public static partial void Dropped(ILogger logger, long position);

        [LoggerMessage(LogLevel.Warning, "Partitions of the change feed could not be made or dropped; tried again soon")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
