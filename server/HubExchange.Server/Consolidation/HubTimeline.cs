using System.Text.Json;
using Google.Protobuf;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Storage;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Consolidation;

/// <summary>What the hub says about a key from a day on.</summary>
/// <param name="EffectiveFrom">The day.</param>
/// <param name="Revision">Number of the version of the hub's record.</param>
/// <param name="Merged">The consolidated record; null when fewer than two sources report the key from then on.</param>
/// <param name="Hash">Canonical record hash.</param>
/// <param name="Payload">The serialized record.</param>
/// <param name="Provenance">Source of each field, as JSON.</param>
/// <param name="Disputed">Fields in which the sources disagree.</param>
internal sealed record HubStatement(
    DateOnly EffectiveFrom, long Revision, MergedRecord? Merged, byte[] Hash, byte[] Payload, string? Provenance, string[]? Disputed);

/// <summary>
/// The hub's own record of a key over the business days: on each day that of the versions which the sources had in force then. A change
/// that holds from an earlier day than others changes what the hub has to say about the days between.
/// </summary>
/// <param name="type">Type of the record.</param>
/// <param name="versions">
/// Versions of the key from every source and of the hub, the current ones first: all of them, or only these where the history cannot
/// matter.
/// </param>
internal sealed class HubTimeline(EntityType type, IReadOnlyList<ReportedRow> versions)
{
    /// <summary>The versions of the hub's record that are missing from a day on, by day.</summary>
    public IReadOnlyList<HubStatement> Since(DateOnly day)
    {
        var sources = versions.Where(version => !version.IsHubs).GroupBy(version => version.Source).Select(group => group.ToList()).ToList();
        var own = versions.Where(version => version.IsHubs).ToList();
        var revision = own.Select(version => Math.Max(version.Revision, version.LastRevision ?? 0)).DefaultIfEmpty().Max();
        var current = own.FirstOrDefault();
        var missing = new List<HubStatement>();
        foreach (var point in versions.Select(version => version.EffectiveFrom).Where(from => from >= day).Distinct().Order())
        {
            var living = sources.Select(source => InForce(source, point)).OfType<ReportedRow>().Where(version => !version.IsDeleted).ToList();

            var said = InForce(own, point);

            // A deletion from an earlier day on has ended the current version, too: the row that current reads see has to be replaced.
            var isEnded = current?.EffectiveFrom == point && said != current;
            if (StatementOf(living, said, isEnded, point, revision + 1) is { } statement)
            {
                missing.Add(statement);
                own.Add(RowOf(statement, versions[0].Key));
                revision++;
            }
        }

        return missing;
    }

    // The same rule by which RecordRows reads.
    private static ReportedRow? InForce(List<ReportedRow> versions, DateOnly day) => versions
        .Where(version => version.EffectiveFrom <= day && !versions.Exists(deletion =>
            deletion.IsDeleted && deletion.Revision > version.Revision && deletion.EffectiveFrom <= version.EffectiveFrom))
        .OrderBy(version => version.EffectiveFrom)
        .ThenBy(version => version.Revision)
        .LastOrDefault();

    private HubStatement? StatementOf(List<ReportedRow> living, ReportedRow? said, bool isNeeded, DateOnly day, long revision)
    {
        if (living.Count < 2)
        {
            return isNeeded || said is { IsDeleted: false } ? new HubStatement(day, revision, null, [], [], null, null) : null;
        }

        var merged = FieldMerge.Merge(
            type, living.ConvertAll(row => new Statement(row.Source, row.Kind, type.Parse(UnsafeByteOperations.UnsafeWrap(row.Payload)))));
        var statement = new HubStatement(
            day,
            revision,
            merged,
            RecordHash.Compute(type, merged.Record),
            merged.Record.ToByteArray(),
            JsonSerializer.Serialize(merged.Provenance),
            [.. merged.Disputed]);
        return !isNeeded && IsSame(statement, said) ? null : statement;
    }

    private static bool IsSame(HubStatement statement, ReportedRow? said) =>
        said is { IsDeleted: false } &&
        said.Hash.AsSpan().SequenceEqual(statement.Hash) &&
        said.Payload.AsSpan().SequenceEqual(statement.Payload) &&
        said.Disputed == ArrayText.OfIds(statement.Disputed) &&
        JsonElement.DeepEquals(JsonElement.Parse(said.Provenance!), JsonElement.Parse(statement.Provenance!));

    private static ReportedRow RowOf(HubStatement statement, string key) => new(
        key,
        EntityTable.HubSource,
        default,
        statement.Revision,
        statement.EffectiveFrom,
        statement.Hash,
        statement.Merged is null,
        statement.Merged is not null,
        statement.Payload,
        statement.Provenance,
        ArrayText.OfIds(statement.Disputed),
        null);
}
