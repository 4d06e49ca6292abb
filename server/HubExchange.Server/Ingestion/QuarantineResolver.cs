using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Closes refused changes when a later good change of the same key is accepted, in the transaction that writes it.</summary>
internal static class QuarantineResolver
{
    private static readonly string Sql = SqlFiles.Read("Ingestion/ResolveQuarantined.sql");

    /// <summary>Closes what is open of the keys. Call it before the refused changes of the same frame are added: those came later.</summary>
    /// <param name="connection">Connection with the transaction that accepted the changes.</param>
    /// <param name="source">Node that sent them.</param>
    /// <param name="type">Their type id.</param>
    /// <param name="keys">Keys of all that was stored, unchanged or deleted.</param>
    /// <param name="at">When it was.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task ResolveAsync(
        NpgsqlConnection connection,
        string source,
        string type,
        IReadOnlyCollection<string> keys,
        DateTime at,
        CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter<string> { TypedValue = type },
                new NpgsqlParameter<string[]> { TypedValue = [.. keys] },
                new NpgsqlParameter<DateTime> { TypedValue = at },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
