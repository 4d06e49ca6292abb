using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Client.Reconciliation;

/// <summary>What a source has: its database, its files. Called from several threads.</summary>
public interface IRecordSource
{
    /// <summary>Everything the source has of a type, each record once, as it would be pushed.</summary>
    IAsyncEnumerable<Change> ReadAllAsync(EntityType type, CancellationToken cancellationToken);

    /// <summary>
    /// Stands for everything the source has of a type at this moment: another text as soon as a record is another one, e.g. the number of the
    /// last change in its database, or time and size of its file. Null, unless overridden: the source cannot tell, so that its records are
    /// read after each start.
    /// </summary>
    ValueTask<string?> StampAsync(EntityType type, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

    /// <summary>The record of a key as it is now; null when there is none.</summary>
    ValueTask<Change?> FindAsync(EntityType type, string key, CancellationToken cancellationToken);
}
