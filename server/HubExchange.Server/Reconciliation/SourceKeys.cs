using System.Collections.Concurrent;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Identity;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// The secrets that hub and sources share for reconciliation. They follow from the key of the hub's authority: every hub of the cluster
/// has the same, none is stored, and a restored hub still has them.
/// </summary>
internal sealed class SourceKeys(HubIdentity identity)
{
    private readonly ConcurrentDictionary<(string Source, string Type), ElementKey> _keys = new();

    /// <summary>The secret of a source.</summary>
    public byte[] SecretOf(string source) => identity.Authority.Derive($"hubexchange.reconciliation.v1\n{source}");

    /// <summary>The keyed functions of a source and type.</summary>
    public ElementKey Of(string source, EntityType type) =>
        _keys.GetOrAdd((source, type.Id), static (pair, keys) => new ElementKey(keys.SecretOf(pair.Source), pair.Type), this);
}
