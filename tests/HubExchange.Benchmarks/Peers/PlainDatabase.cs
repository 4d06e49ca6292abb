using System.Diagnostics;
using System.Text;
using HubExchange.Benchmarks.Load;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// A database beside the hub's in the same PostgreSQL, with one table that has the columns and indexes of the hub's table of
/// organisations and that nothing but PostgreSQL looks after.
/// </summary>
internal sealed class PlainDatabase : IAsyncDisposable
{
    /// <summary>Name of the database.</summary>
    public const string Name = "bench";

    /// <summary>The table; named like the hub's own.</summary>
    public const string Table = "enterprise.organization";

    private PlainDatabase(string tableSql, NpgsqlDataSource dataSource)
    {
        TableSql = tableSql;
        DataSource = dataSource;
    }

    /// <summary>What creates the table with its indexes.</summary>
    public string TableSql { get; }

    /// <summary>Connections to the database.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Makes database and table.</summary>
    public static async Task<PlainDatabase> CreateAsync(HubUnderTest hub, CancellationToken cancellationToken)
    {
        await using (var connection = await hub.Process.ConnectToDatabaseAsync())
        {
            await ExecuteAsync(connection, $"create database {Name}", cancellationToken);
        }

        var database = new PlainDatabase(
            await DumpTableAsync(hub, cancellationToken), NpgsqlDataSource.Create(ConnectionTo(hub.PostgresFolder)));
        await database.ExecuteAsync(database.TableSql, cancellationToken);
        return database;
    }

    /// <summary>How to connect to the database of this name behind a socket.</summary>
    public static string ConnectionTo(string socketFolder) => new NpgsqlConnectionStringBuilder
    {
        Host = socketFolder,
        Username = "hub",
        Database = Name,
        GssEncryptionMode = GssEncryptionMode.Disable,
        CommandTimeout = 600,
    }.ConnectionString;

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, sql, cancellationToken);
    }

    /// <summary>Adds rows by one binary COPY, the fastest way into PostgreSQL there is.</summary>
    public async Task<TimeSpan> CopyInAsync(byte[] rows, CancellationToken cancellationToken)
    {
        await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginRawBinaryCopyAsync($"copy {Table} from stdin (format binary)", cancellationToken))
        {
            await copy.WriteAsync(rows, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // pg_dump of the same PostgreSQL knows every column, default and index. A plain table has no fillfactor.
    private static async Task<string> DumpTableAsync(HubUnderTest hub, CancellationToken cancellationToken)
    {
        using var dump = Process.Start(new ProcessStartInfo(
            Path.Combine(PostgresServer.ProgramsOf(hub), "pg_dump"),
            ["-h", hub.PostgresFolder, "-U", "hub", "-d", "hub", "-t", Table, "--schema-only", "--no-owner", "--no-privileges"])
        {
            RedirectStandardOutput = true,
        })!;
        var sql = new StringBuilder("create schema enterprise;\n");
        while (await dump.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            // Lines with a backslash are for psql.
            if (!line.StartsWith('\\'))
            {
                sql.AppendLine(line.StartsWith("WITH (fillfactor", StringComparison.Ordinal) ? ";" : line);
            }
        }

        await dump.WaitForExitAsync(cancellationToken);
        return dump.ExitCode == 0 ? sql.ToString() : throw new InvalidOperationException("pg_dump failed.");
    }
}
