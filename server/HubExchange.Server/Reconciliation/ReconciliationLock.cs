using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// The right to reconcile a type of a source, given to one run at a time over all hubs. It is a lock of the database on a connection of its
/// own and ends with it, so a hub that dies leaves nothing locked.
/// </summary>
internal sealed class ReconciliationLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private ReconciliationLock(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Takes the right; null while another run has it.</summary>
    public static async Task<ReconciliationLock?> TryTakeAsync(
        HubStorage storage, string source, string type, CancellationToken cancellationToken)
    {
        var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/TryLock.sql"), connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter<string> { TypedValue = type } },
            };
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            {
                return new ReconciliationLock(connection);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
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
    }
}
