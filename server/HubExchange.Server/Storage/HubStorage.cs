using System.Collections.Frozen;
using HubExchange.Contracts.Entities;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>The hub's store: the database, brought to the contracts, and the tables of the entity types.</summary>
internal sealed partial class HubStorage : IAsyncDisposable
{
    // Chosen at random; no other program that shares the database takes it by accident.
    private const long PreparationLock = 0x4875_6245_7863_6867;

    // Another hub that prepares the same database at the same time is waited for.
    private const int PreparationTimeoutSeconds = 300;

    private const int OldestServer = 14;

    private static readonly string PrepareSql = SqlFiles.Read("Storage/HubStorage.Prepare.sql");

    private readonly PrivatePostgres? _private;
    private readonly FrozenDictionary<string, EntityTable> _tables;

    private HubStorage(PrivatePostgres? @private, string connectionString, StorageOptions options, EntityTypes types)
    {
        _private = @private;
        Tables = [.. types.All.Select(type => new EntityTable(type))];
        _tables = Tables.ToFrozenDictionary(table => table.Type.Id);
        Schema = new SchemaSync(Tables);

        // The names tell the pools apart in metrics.
        DataSource = new NpgsqlDataSourceBuilder(connectionString) { Name = "hub" }.Build();
        WriteSource = new NpgsqlDataSourceBuilder(StorageConnection.ForWriting(connectionString, options.IdleTransactionTimeout)) { Name = "hub-write" }.Build();
        SurveySource = new NpgsqlDataSourceBuilder(StorageConnection.ForSurveys(connectionString)) { Name = "hub-survey" }.Build();
        if (_private is not null)
        {
            _private.Restarted += DataSource.Clear;
            _private.Restarted += WriteSource.Clear;
            _private.Restarted += SurveySource.Clear;
        }
    }

    /// <summary>Gives connections.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Gives connections for writing batches of records: every look-up goes through an index, whatever the statistics say.</summary>
    public NpgsqlDataSource WriteSource { get; }

    /// <summary>Gives connections for reads over whole tables: every statement is planned by what the tables hold now.</summary>
    public NpgsqlDataSource SurveySource { get; }

    /// <summary>The database is the hub's private one.</summary>
    public bool IsPrivate => _private is not null;

    /// <summary>The tables of every entity type, in the order of the type ids.</summary>
    public IReadOnlyList<EntityTable> Tables { get; }

    /// <summary>Compares the database with the tables.</summary>
    public SchemaSync Schema { get; }

    /// <summary>Opens the configured database, or starts a private one, and brings it to the contracts.</summary>
    /// <exception cref="StorageException">The store cannot be opened or contradicts the contracts; the text says what to do.</exception>
    public static async Task<HubStorage> OpenAsync(
        IConfiguration configuration, EntityTypes types, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var logger = loggerFactory.CreateLogger<HubStorage>();
        var options = StorageOptions.From(configuration);
        PrivatePostgres? postgres = null;
        if (options.ConnectionString.Length > 0)
        {
            Log.External(logger);
        }
        else
        {
            postgres = await PrivatePostgres.StartAsync(options, loggerFactory.CreateLogger<PrivatePostgres>(), cancellationToken);
        }

        HubStorage? storage = null;
        try
        {
            var connectionString = StorageConnection.Complete(postgres?.ConnectionString ?? options.ConnectionString);
            storage = new HubStorage(postgres, connectionString, options, types);
            await storage.PrepareAsync(connectionString, logger, cancellationToken);
            return storage;
        }
        catch
        {
            await (storage?.DisposeAsync() ?? postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>The tables of an entity type.</summary>
    public EntityTable TableOf(EntityType type) => _tables[type.Id];

    /// <summary>What the next start would change in the database, and what it would refuse to start with.</summary>
    public async Task<SchemaDiff> DiffAsync(CancellationToken cancellationToken)
    {
        await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
        return await Schema.DiffAsync(connection, cancellationToken);
    }

    /// <summary>Closes the connections and stops the private database.</summary>
    public async ValueTask DisposeAsync()
    {
        await SurveySource.DisposeAsync();
        await WriteSource.DisposeAsync();
        await DataSource.DisposeAsync();
        if (_private is not null)
        {
            await _private.DisposeAsync();
        }
    }

    // One hub at a time: the lock belongs to the connection and ends with it.
    private async Task PrepareAsync(string connectionString, ILogger logger, CancellationToken cancellationToken)
    {
        // Not of the pool: what runs here runs once, and its prepared statements would only take memory.
        var once = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            MaxAutoPrepare = 0,
            CommandTimeout = PreparationTimeoutSeconds,
        }.ConnectionString;

        await using var connection = new NpgsqlConnection(once);
        await connection.OpenAsync(cancellationToken);
        await CheckServerAsync(connection, cancellationToken);
        await using (var command = new NpgsqlCommand("select pg_advisory_lock($1)", connection))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = PreparationLock });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var command = new NpgsqlCommand(PrepareSql, connection))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var name in await Migrations.RunAsync(once, cancellationToken))
        {
            Log.Migrated(logger, name);
        }

        var statements = await Schema.ApplyAsync(connection, cancellationToken);
        Log.Synchronized(logger, Tables.Count, statements);
    }

    private static async Task CheckServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("show server_encoding", connection);
        var encoding = (string?)await command.ExecuteScalarAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < OldestServer || encoding != "UTF8")
        {
            throw new StorageException(
                $"需要 PostgreSQL {OldestServer} 或更高版本,编码 UTF8;当前为 {connection.PostgreSqlVersion},编码 {encoding}。",
                $"PostgreSQL {OldestServer} or newer with encoding UTF8 is needed; this one is {connection.PostgreSqlVersion} with {encoding}.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Using the configured database; the private PostgreSQL is off")]
        public static partial void External(ILogger logger);

        [LoggerMessage(LogLevel.Information, "Migration {Name} done")]
        public static partial void Migrated(ILogger logger, string name);

        [LoggerMessage(LogLevel.Information, "Tables of {Types} entity types are in place, {Statements} statements run")]
        public static partial void Synchronized(ILogger logger, int types, int statements);
    }
}
