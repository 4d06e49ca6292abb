using System.Data;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>Reads over whole tables.</summary>
internal static class Survey
{
    /// <summary>
    /// Begins a transaction with one snapshot, on a connection of <see cref="HubStorage.SurveySource"/>. Costs no round trip: it begins with
    /// its first statement.
    /// </summary>
    public static async Task<NpgsqlTransaction> BeginSurveyAsync(this NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
}
