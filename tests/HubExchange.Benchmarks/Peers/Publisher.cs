using System.Diagnostics;
using HubExchange.Benchmarks.Load;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// PostgreSQL's logical replication as it would replace the hub: a second PostgreSQL publishes the table, and the plain database
/// subscribes to it with the binary protocol and synchronous commit. The rows are in the publisher's log, in transactions of the size
/// of our frames, before the clock starts.
/// </summary>
internal sealed class Publisher : IAsyncDisposable
{
    /// <summary>What reports call it.</summary>
    public const string PeerName = "PostgreSQL logical replication (binary, synchronous commit)";

    private const int RowsPerTransaction = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    private readonly PostgresServer _server;
    private readonly PlainDatabase _subscriber;
    private readonly NpgsqlDataSource _dataSource;

    private Publisher(PostgresServer server, PlainDatabase subscriber)
    {
        _server = server;
        _subscriber = subscriber;
        _dataSource = NpgsqlDataSource.Create(PlainDatabase.ConnectionTo(server.Folder));
    }

    /// <summary>Starts the second PostgreSQL and connects both.</summary>
    public static async Task<Publisher> StartAsync(HubUnderTest hub, PlainDatabase subscriber, CancellationToken cancellationToken)
    {
        var publisher = new Publisher(await PostgresServer.StartAsync(hub, "wal_level=logical"), subscriber);
        try
        {
            await publisher.ConnectAsync(cancellationToken);
            return publisher;
        }
        catch
        {
            await publisher.DisposeAsync();
            throw;
        }
    }

    /// <summary>Inserts rows at the publisher, then takes the time in which a client gets all of them decoded.</summary>
    /// <param name="rows">Rows in the format of binary COPY.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<TimeSpan> DecodeAsync(byte[] rows, int count, CancellationToken cancellationToken)
    {
        const string slot = "bench_decode";
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await ScalarAsync<object>(connection, $"select pg_create_logical_replication_slot('{slot}', 'pgoutput')", cancellationToken);
        await PublishAsync(connection, rows, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var (inserts, bytes) = (0, 0L);
        await using (var command = new NpgsqlCommand(
            $"select data from pg_logical_slot_get_binary_changes('{slot}', null, null, 'proto_version', '1', 'publication_names', 'bench', 'binary', 'true')",
            connection)
        { CommandTimeout = 600 })
        await using (var changes = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await changes.ReadAsync(cancellationToken))
            {
                var change = changes.GetFieldValue<byte[]>(0);
                inserts += change[0] is (byte)'I' or (byte)'U' ? 1 : 0;
                bytes += change.Length;
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        await ScalarAsync<object>(connection, $"select pg_drop_replication_slot('{slot}')", cancellationToken);
        return inserts == count && bytes > 0 ? elapsed : throw new InvalidOperationException($"Of {count} rows {inserts} were decoded.");
    }

    /// <summary>Inserts or updates rows at the publisher, then takes the time until the subscriber has made them durable.</summary>
    /// <param name="rows">Rows in the format of binary COPY.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<TimeSpan> ReplicateAsync(byte[] rows, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await PublishAsync(connection, rows, cancellationToken);
        var target = await ScalarAsync<string>(connection, "select pg_current_wal_lsn()::text", cancellationToken);

        await _subscriber.ExecuteAsync("alter subscription bench enable", cancellationToken);
        await UntilAsync(connection, "active", cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await UntilAsync(connection, $"confirmed_flush_lsn >= '{target}'", cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(began);
        await _subscriber.ExecuteAsync("alter subscription bench disable", cancellationToken);
        await UntilAsync(connection, "not active", cancellationToken);
        await EnsureCompleteAsync(connection, cancellationToken);
        return elapsed;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _server.DisposeAsync();
    }

    private const string ColumnsSql =
        """
        select string_agg(quote_ident(attname), ', ' order by attnum)
        from pg_attribute where attrelid = 'enterprise.organization'::regclass and attnum > 0 and not attisdropped
        """;

    private static async Task PublishAsync(NpgsqlConnection connection, byte[] rows, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "truncate public.stage restart identity", cancellationToken);
        var columns = await ScalarAsync<string>(connection, ColumnsSql, cancellationToken);
        await using (var copy = await connection.BeginRawBinaryCopyAsync($"copy public.stage ({columns}) from stdin (format binary)", cancellationToken))
        {
            await copy.WriteAsync(rows, cancellationToken);
        }

        await ExecuteAsync(connection, $"call public.publish({RowsPerTransaction})", cancellationToken);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await _dataSource.OpenConnectionAsync(cancellationToken))
        {
            await ExecuteAsync(connection, _subscriber.TableSql, cancellationToken);
        }

        // The script of pg_dump empties the search path of its session.
        _dataSource.Clear();
        await using (var connection = await _dataSource.OpenConnectionAsync(cancellationToken))
        {
            await ExecuteAsync(connection, await ScalarAsync<string>(connection, PublishSql, cancellationToken), cancellationToken);

            // In a transaction of its own: PostgreSQL wants it so.
            await ExecuteAsync(connection, "select pg_create_logical_replication_slot('bench', 'pgoutput')", cancellationToken);
        }

        await _subscriber.ExecuteAsync(
            $"""
            create subscription bench connection 'host={_server.Folder} user=hub dbname={PlainDatabase.Name}' publication bench
            with (enabled = false, copy_data = false, create_slot = false, slot_name = 'bench', binary = true, synchronous_commit = 'on')
            """,
            cancellationToken);
    }

    private async Task EnsureCompleteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string sql = $"select count(*) from {PlainDatabase.Table}";
        await using var other = await _subscriber.DataSource.OpenConnectionAsync(cancellationToken);
        var (sent, arrived) = (await ScalarAsync<long>(connection, sql, cancellationToken), await ScalarAsync<long>(other, sql, cancellationToken));
        if (arrived < sent)
        {
            throw new InvalidOperationException($"Of {sent} rows {arrived} arrived.");
        }
    }

    // Builds what the publisher needs from the columns of the table; the staging table keeps the order of the rows.
    private const string PublishSql =
        $"""
        select format($text$
          create unlogged table public.stage (like enterprise.organization);
          alter table public.stage add column bench_n bigserial primary key;
          create publication bench for table enterprise.organization;
          create procedure public.publish(size bigint) language plpgsql as $body$
          declare
            done bigint := 0;
            rows bigint := (select count(*) from public.stage);
          begin
            while done < rows loop
              insert into enterprise.organization (%1$s)
              select %1$s from public.stage where bench_n > done and bench_n <= done + size
              on conflict on constraint %2$I do update set (%1$s) = row (%3$s);
              commit;
              done := done + size;
            end loop;
          end
          $body$;
          $text$,
          string_agg(quote_ident(attname), ', ' order by attnum),
          (select conname from pg_constraint where conrelid = 'enterprise.organization'::regclass and contype = 'p'),
          string_agg('excluded.' || quote_ident(attname), ', ' order by attnum))
        from pg_attribute where attrelid = 'enterprise.organization'::regclass and attnum > 0 and not attisdropped
        """;

    private static async Task UntilAsync(NpgsqlConnection connection, string condition, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollInterval);
        while (!await ScalarAsync<bool>(
            connection, $"select coalesce({condition}, false) from pg_replication_slots where slot_name = 'bench'", cancellationToken))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
