using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>A snapshot of the store with the instant that the answer read in it is of.</summary>
/// <param name="Connection">Its connection.</param>
/// <param name="Transaction">Its transaction.</param>
/// <param name="Instant">The instant; no hub will record anything before it any more.</param>
/// <param name="IsLatest">The snapshot has nothing newer, so that what is current is what was known at the instant.</param>
internal sealed record SettledSnapshot(NpgsqlConnection Connection, NpgsqlTransaction Transaction, DateTime Instant, bool IsLatest) : IAsyncDisposable
{
    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
