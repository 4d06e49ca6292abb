using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Gives out rights to reconcile, so many at a time at this hub: each holds a connection and its run needs another, so that all sources at
/// once, as after the restore of a backup, would leave none for anybody.
/// </summary>
internal sealed class ReconciliationRights(HubStorage storage, IOptions<ReconciliationOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.MaxConcurrent);

    /// <summary>Takes the right to reconcile a type of a source, after those who asked before; null while another run has it.</summary>
    public async Task<ReconciliationLock?> TryTakeAsync(string source, string type, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        NpgsqlConnection? connection = null;
        var isTaken = false;
        try
        {
            connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/TryLock.sql"), connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter<string> { TypedValue = type } },
            };
            isTaken = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
            return isTaken ? new ReconciliationLock(connection, () => _turns.Release()) : null;
        }
        finally
        {
            if (!isTaken)
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                }

                _turns.Release();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turns.Dispose();
}
