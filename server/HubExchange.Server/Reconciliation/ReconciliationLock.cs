using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// The right to reconcile a type of a source, given to one run at a time over all hubs. It is a lock of the database on a connection of its
/// own and ends with it, so a hub that dies leaves nothing locked.
/// </summary>
internal sealed class ReconciliationLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly Action _release;

    /// <param name="connection">Connection that holds the lock.</param>
    /// <param name="release">Lets the next run begin.</param>
    public ReconciliationLock(NpgsqlConnection connection, Action release)
    {
        _connection = connection;
        _release = release;
    }

    /// <summary>Makes sure that the run still has the right: a hub that stood still may have lost its connection, and the right with it.</summary>
    /// <exception cref="NpgsqlException">It has not.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1", _connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", _connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The connection is gone, and the right with it.
        }

        await _connection.DisposeAsync();
        _release();
    }
}
