using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Tells the faults of data from those of circumstances. Only the former lead to quarantine.</summary>
internal static class SqlFaults
{
    private const string ConsolidatedIndex = "_consolidated";
    private const string PrimaryKey = "_pk";

    /// <summary>Two transactions got in each other's way; the same again will work.</summary>
    public static bool IsConflict(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected ||
        (e.SqlState == PostgresErrorCodes.UniqueViolation && e.ConstraintName is { } name &&
            (name.EndsWith(ConsolidatedIndex, StringComparison.Ordinal) || name.EndsWith(PrimaryKey, StringComparison.Ordinal)));

    /// <summary>
    /// A value the database cannot hold: data exception, integrity violation or a limit of the program. What the hub's own tables refuse is
    /// no fault of a record.
    /// </summary>
    public static bool IsData(PostgresException e) => !IsConflict(e) && e.SchemaName != EntityTable.HubSchema && (
        e.SqlState.StartsWith("22", StringComparison.Ordinal) ||
        e.SqlState.StartsWith("23", StringComparison.Ordinal) ||
        e.SqlState.StartsWith("54", StringComparison.Ordinal));
}
