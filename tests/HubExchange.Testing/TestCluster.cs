using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubExchange.Testing;

/// <summary>
/// A real PostgreSQL for the tests of one assembly, started the way the hub starts its own. Hubs get databases cloned from one that
/// already has every table.
/// </summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hubexchange-test-").FullName;
    private readonly SemaphoreSlim _cloning = new(1);
    private PrivatePostgres? _postgres;
    private int _databases;

    /// <summary>Starts the cluster and makes the template database.</summary>
    public static async Task<TestCluster> StartAsync()
    {
        var cluster = new TestCluster();
        if (!OperatingSystem.IsWindows())
        {
            // The account of the database must be able to pass through.
            File.SetUnixFileMode(cluster._folder, (UnixFileMode)0b111_101_101);
        }

        cluster._postgres = await PrivatePostgres.StartAsync(
            new StorageOptions { DataFolder = cluster._folder }, NullLogger<PrivatePostgres>.Instance, CancellationToken.None);
        await cluster.ExecuteAsync("create database city");
        await using var storage = await HubStorage.OpenAsync(
            new ConfigurationBuilder().AddInMemoryCollection([new("Storage:ConnectionString", cluster.ConnectionTo("city"))]).Build(),
            CityEntityTypes.All,
            NullLoggerFactory.Instance,
            CancellationToken.None);
        return cluster;
    }

    /// <summary>How to connect to a database of the cluster.</summary>
    public string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(_postgres!.ConnectionString) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    /// <summary>Makes a database; with every table of the city unless it shall be empty.</summary>
    public async Task<string> CreateDatabaseAsync(bool isEmpty = false)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";

        // PostgreSQL copies a template only while nobody is connected to it, and one copy at a time.
        await _cloning.WaitAsync();
        try
        {
            await ExecuteAsync(isEmpty ? $"create database {name}" : $"create database {name} template city");
        }
        finally
        {
            _cloning.Release();
        }

        return ConnectionTo(name);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _cloning.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_postgres!.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
