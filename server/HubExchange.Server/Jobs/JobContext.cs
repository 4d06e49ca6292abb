using Npgsql;

namespace HubExchange.Server.Jobs;

/// <summary>One step of a run.</summary>
/// <param name="RunId">Number of the run.</param>
/// <param name="Slot">When it was to run, UTC; a taken-over run keeps it, so everything that depends on "today" stays the same.</param>
/// <param name="Cursor">Where the step begins; null for the first.</param>
/// <param name="Size">Most records the step should look at; it follows how long steps take.</param>
/// <param name="Transaction">The transaction of the step, fenced already. The scheduler commits it.</param>
internal sealed record JobContext(long RunId, DateTime Slot, string? Cursor, int Size, NpgsqlTransaction Transaction)
{
    /// <summary>The connection of the transaction.</summary>
    public NpgsqlConnection Connection => Transaction.Connection!;
}
