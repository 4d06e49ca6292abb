using System.Collections;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Consolidation;

/// <summary>What one source says about a key.</summary>
/// <param name="Source">The node.</param>
/// <param name="Kind">Its kind, which decides on its authority.</param>
/// <param name="Record">Its record.</param>
internal sealed record Statement(string Source, NodeKind Kind, IMessage Record);

/// <summary>What the hub makes of several sources' records of a key.</summary>
/// <param name="Record">The consolidated record.</param>
/// <param name="Provenance">Source of each field that is filled in.</param>
/// <param name="Disputed">Fields for which another source says something else, in the order of their numbers.</param>
internal sealed record MergedRecord(IMessage Record, SortedDictionary<string, string> Provenance, List<string> Disputed);

/// <summary>
/// Consolidates field by field: each field is taken from the source with the most authority over it among those that fill it in. Authority
/// is the order of kinds the field declares, then that of the type, then the node id, so that the result never depends on arrival.
/// Whole values are taken: a list or a nested message is one value.
/// </summary>
internal static class FieldMerge
{
    /// <param name="type">Type of the records.</param>
    /// <param name="statements">Two or more sources, each once.</param>
    public static MergedRecord Merge(EntityType type, IReadOnlyList<Statement> statements)
    {
        var best = Ranked(statements, type.RankOf)[0];

        // Fields of newer contracts, which have no name here, stay those of the best source.
        var merged = Clone(type, best.Record);
        var provenance = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var disputed = new List<string>();
        foreach (var field in type.Fields)
        {
            var filled = Ranked(statements.Where(statement => field.IsSetIn(statement.Record)), kind => RankOf(type, field, kind));
            if (filled is [])
            {
                continue;
            }

            var accessor = field.Descriptor.Accessor;
            var value = accessor.GetValue(filled[0].Record);
            provenance.Add(field.Name, filled[0].Source);
            if (filled.Skip(1).Any(other => !Equals(accessor.GetValue(other.Record), value)))
            {
                disputed.Add(field.Name);
            }

            if (filled[0] != best)
            {
                Set(field, merged, value);
            }
        }

        return new MergedRecord(merged, provenance, disputed);
    }

    private static List<Statement> Ranked(IEnumerable<Statement> statements, Func<NodeKind, int> rankOf) =>
        [.. statements.OrderBy(statement => rankOf(statement.Kind)).ThenBy(statement => statement.Source, StringComparer.Ordinal)];

    private static int RankOf(EntityType type, EntityField field, NodeKind kind)
    {
        var own = field.Options.Authority.IndexOf(kind);
        return own >= 0 ? own : field.Options.Authority.Count + type.RankOf(kind);
    }

    private static IMessage Clone(EntityType type, IMessage record) => type.Parse(record.ToByteString());

    private static void Set(EntityField field, IMessage record, object value)
    {
        switch (field.Descriptor.Accessor.GetValue(record))
        {
            case IDictionary map when field.Descriptor.IsMap:
                map.Clear();
                foreach (DictionaryEntry entry in (IDictionary)value)
                {
                    map.Add(entry.Key, entry.Value);
                }

                break;
            case IList list when field.IsList:
                list.Clear();
                foreach (var item in (IList)value)
                {
                    list.Add(item);
                }

                break;
            default:
                field.Descriptor.Accessor.SetValue(record, value);
                break;
        }
    }
}
