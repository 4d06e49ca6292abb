using System.Data;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>Reads over whole tables.</summary>
internal static class Survey
{
    // A plan that was made when tables were nearly empty joins them row by row, each time reading the other from end to end. Kept with a
    // prepared statement, it runs for minutes once they have some ten thousand rows. Planning anew costs milliseconds.
    private const string PlanSql = "set local plan_cache_mode = force_custom_plan";

    /// <summary>Begins a transaction with one snapshot, in which every statement is planned by what the tables hold now.</summary>
    public static async Task<NpgsqlTransaction> BeginSurveyAsync(this NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(PlanSql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }
}
