using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// The transaction of a batch. Statements whose result nobody waits for gather and travel together, the last ones with the commit: a
/// batch of frames costs two round trips unless something is out of the ordinary.
/// </summary>
internal sealed class WriteTransaction : IAsyncDisposable
{
    // The server holds a message as a whole.
    private const int CopyPart = 64 * 1024;

    private NpgsqlBatch _pending;
    private NpgsqlBatch _sent;

    private WriteTransaction(NpgsqlConnection connection)
    {
        Connection = connection;
        _pending = _sent = new NpgsqlBatch(connection);

        // As a statement like any other: what the driver sends to begin a transaction is answered on its own, which wakes this side twice.
        Add(new NpgsqlBatchCommand("begin"));
    }

    /// <summary>The connection, for statements that run at once. What is pending has not been sent.</summary>
    public NpgsqlConnection Connection { get; }

    public static async Task<WriteTransaction> BeginAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        new(await source.OpenConnectionAsync(cancellationToken));

    /// <summary>Adds a statement to those that are sent next.</summary>
    public void Add(NpgsqlBatchCommand command) => _pending.BatchCommands.Add(command);

    /// <summary>Sends what is pending and returns the results of the statements that return rows, in their order.</summary>
    public async Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellationToken)
    {
        await TakePendingAsync();
        return await _sent.ExecuteReaderAsync(cancellationToken);
    }

    /// <summary>Sends what is pending.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending.BatchCommands.Count > 0)
        {
            await TakePendingAsync();
            await _sent.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Sends what is pending, then rows of COPY.</summary>
    /// <param name="statement">Statement that copies from the client in the binary format.</param>
    /// <param name="rows">All of the rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CopyAsync(string statement, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await using var copy = await Connection.BeginRawBinaryCopyAsync(statement, cancellationToken);
        for (var sent = 0; sent < rows.Length; sent += CopyPart)
        {
            await copy.WriteAsync(rows.Slice(sent, Math.Min(CopyPart, rows.Length - sent)), cancellationToken);
        }
    }

    /// <summary>Sends what is pending and commits. Everything is on disk when it returns.</summary>
    /// <returns>The numbers that the last statements returned, in their order.</returns>
    public async Task<List<long>> CommitAsync(CancellationToken cancellationToken)
    {
        // As a statement, it needs no round trip of its own; the driver learns of it from the server's state.
        Add(new NpgsqlBatchCommand("commit"));
        var numbers = new List<long>();
        await using var rows = await ReadAsync(cancellationToken);
        do
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                numbers.Add(rows.GetInt64(0));
            }
        }
        while (await rows.NextResultAsync(cancellationToken));
        return numbers;
    }

    public Task SaveAsync(string name, CancellationToken cancellationToken) => ExecuteAsync($"savepoint {name}", cancellationToken);

    public Task ReleaseAsync(string name, CancellationToken cancellationToken) => ExecuteAsync($"release savepoint {name}", cancellationToken);

    /// <summary>Undoes everything since the savepoint, also what is pending.</summary>
    public async Task RollbackAsync(string name, CancellationToken cancellationToken)
    {
        await TakePendingAsync();
        await ExecuteAsync($"rollback to savepoint {name}", cancellationToken);
    }

    /// <summary>Rolls back what was not committed: the driver does when the connection goes back to its pool.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pending.DisposeAsync();
        await _sent.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private Task ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        Add(new NpgsqlBatchCommand(statement));
        return FlushAsync(cancellationToken);
    }

    private async ValueTask TakePendingAsync()
    {
        await _sent.DisposeAsync();
        (_sent, _pending) = (_pending, new NpgsqlBatch(Connection));
    }
}
