using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Deliveries;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Findings;

/// <summary>
/// Whom the correction of a finding concerns: whoever was given a version that the evidence names, or one after it, before the current one.
/// </summary>
internal sealed class FindingCorrections(HubStorage storage, EntityTypes types, HolderReader holders)
{
    private const string HolderPermission = "delivery.read";
    private const int MaxHolders = 100;

    /// <summary>Has every node that holds what was wrong told of the correction, in the transaction that closes or corrects the findings.</summary>
    /// <returns>Nodes and records to be told of.</returns>
    public async Task<int> NoteAsync(
        string type, IReadOnlyList<long> findings, DateTime at, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (findings.Count == 0 || types.Find(type) is not { } entity)
        {
            return 0;
        }

        // Primary keys; index of the ledger by record. A newer version alone corrects: what was deleted is corrected by that, too.
        return await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into hub.notice (node, kind, type, key, source, old_revision, new_revision, finding_id, created_at)
            select d.node, 'RECORD_CORRECTED', f.type, f.key, r.hub_source, max(d.revision), r.hub_revision, max(f.id), @at
            from hub.finding f
            cross join lateral jsonb_to_recordset(f.evidence) e (source text, revision bigint)
            join {storage.TableOf(entity).Table} r on r.hub_key = f.key and r.hub_source = e.source and r.hub_revision > e.revision
            join hub.delivery d on d.type = f.type and d.key = f.key and d.source = e.source
              and d.revision >= e.revision and d.revision < r.hub_revision
            where f.id = any(@findings)
              and f.type = @type
              and e.revision > 0
              and d.node <> ''
            group by d.node, f.type, f.key, r.hub_source, r.hub_revision
            """,
            new { type, findings = findings.ToArray(), at },
            cancellationToken: cancellationToken));
    }

    /// <summary>Who holds what a finding is about, as far as the caller may list holders; none while nothing newer came.</summary>
    public async Task<List<Holder>> ReadAsync(Finding finding, Caller caller, CancellationToken cancellationToken)
    {
        var found = new List<Holder>();
        if (!caller.May(HolderPermission) || types.Find(finding.Type) is not { } type)
        {
            return found;
        }

        var doubted = finding.Evidence.Where(evidence => evidence.Revision > 0).GroupBy(evidence => evidence.Source);
        foreach (var versions in doubted.Where(versions => caller.VisibleSource(versions.Key) is not null))
        {
            var least = versions.Min(version => version.Revision);
            var held = await holders.ListAsync(type, finding.Key, versions.Key, null, null, MaxHolders, cancellationToken);
            found.AddRange(held.Where(holder => holder.Outdated && holder.Revision >= least));
        }

        return found.Count > MaxHolders ? found[..MaxHolders] : found;
    }
}
