using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Client.Reconciliation;

/// <summary>What a source has: its database, its files. Called from several threads.</summary>
public interface IRecordSource
{
    /// <summary>Everything the source has of a type, each record once, as it would be pushed.</summary>
    IAsyncEnumerable<Change> ReadAllAsync(EntityType type, CancellationToken cancellationToken);

    /// <summary>The record of a key as it is now; null when there is none.</summary>
    ValueTask<Change?> FindAsync(EntityType type, string key, CancellationToken cancellationToken);
}
