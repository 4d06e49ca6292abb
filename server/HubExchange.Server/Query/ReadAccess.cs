using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Query;

/// <summary>What a caller may see of one entity type: rows by share type, fields by data class (政务数据共享条例 arts. 12-17, PIPL art. 51).</summary>
internal sealed class ReadAccess(Caller caller, EntityType type)
{
    private const string ReadConditional = "record.read.conditional";
    private const string ReadPersonal = "record.read.personal";

    private static readonly ConcurrentDictionary<(EntityType Type, bool Conditional, bool Personal), bool> Everything = new();

    /// <summary>Only the rows this caller's own node sent are visible, as that node sent them.</summary>
    private bool OwnRowsOnly => type.Options.Share != ShareType.Unconditional && !caller.May(ReadConditional);

    /// <summary>The only node whose rows the caller may see; null for no such limit.</summary>
    public string? OwnNode => OwnRowsOnly ? caller.Node : null;

    /// <summary>Whether the caller may see a field on every row it may see, and so may filter by it.</summary>
    public bool MayFilter(EntityField field) => OwnRowsOnly || MaySee(field.DataClass);

    /// <summary>
    /// The caller sees no rows of others, but aggregates over all of them with small cells suppressed: statistical returns
    /// (统计法 art. 28).
    /// </summary>
    public bool AggregatesOnly => type.Options.Statistical && OwnRowsOnly;

    /// <summary>Whether the caller may group and measure by a field of the rows that its aggregates are over.</summary>
    public bool MayAggregate(EntityField field) => AggregatesOnly ? MaySee(field.DataClass) : MayFilter(field);

    /// <summary>
    /// Removes what the caller may not see. On other nodes' rows unknown fields go, too: nobody can tell the data class of a field
    /// that a newer contract added.
    /// </summary>
    /// <param name="payload">The record as it is stored.</param>
    /// <param name="source">Its source.</param>
    /// <param name="masked">Takes the paths of personal fields that are masked instead of removed; null to remove them.</param>
    /// <returns>The bytes to hand out and the paths of the removed fields.</returns>
    public (ByteString Payload, IReadOnlyList<string> Cut) Cut(ByteString payload, string source, ICollection<string>? masked = null)
    {
        if (IsOwn(source))
        {
            return (payload, []);
        }

        // Whoever sees every field needs no other bytes, unless there are fields that nobody here knows.
        if (SeesEverything && WireShape.HasOnlyKnownFields(type.Message, payload.Span))
        {
            return (payload, []);
        }

        var (record, cut) = CutRecord(payload, source, masked);
        return (record.ToByteString(), cut);
    }

    /// <summary>The same for whoever needs the record instead of its bytes.</summary>
    public (IMessage Record, IReadOnlyList<string> Cut) CutRecord(ByteString payload, string source, ICollection<string>? masked = null)
    {
        if (IsOwn(source))
        {
            return (type.Parse(payload), []);
        }

        var record = type.Message.Parser.WithDiscardUnknownFields(true).ParseFrom(payload);
        var cut = new List<string>();
        CutFields(type.Fields, record, "", cut, masked);
        return (record, cut);
    }

    /// <summary>Whether the caller may see a field on the rows of at least one source.</summary>
    /// <param name="field">A field of the type.</param>
    /// <param name="source">Whose rows are read, as in <see cref="RecordRows.From"/>.</param>
    public bool MaySeeAny(EntityField field, string source) =>
        MaySee(field.DataClass) || (caller.Node.Length > 0 && (source is "" or RecordRows.EverySource || IsOwn(source)));

    /// <summary>Paths of the fields that are cut from rows of other nodes.</summary>
    public IEnumerable<string> HiddenPaths() => HiddenPaths(type.Fields, "");

    /// <summary>Those of them that a read asks for: none of the caller's own rows.</summary>
    public IReadOnlyList<string> HiddenPaths(ReadScope scope) => IsOwn(scope.Source)
        ? []
        : [.. HiddenPaths().Where(path => scope.Mask?.Has(path) != false).Order(StringComparer.Ordinal)];

    /// <summary>Whether rows of others are left out of what is asked for.</summary>
    /// <param name="source">Whose rows are read, as in <see cref="RecordRows.From"/>.</param>
    public bool Withholds(string source) => OwnRowsOnly && !IsOwn(source);

    private IEnumerable<string> HiddenPaths(IReadOnlyList<EntityField> fields, string path) => fields.SelectMany(field =>
        !MaySee(field.DataClass) ? [path + field.Name]
        : field.Descriptor is { FieldType: FieldType.Message, IsMap: false } ? HiddenPaths(EntityField.AllOf(field.Descriptor.MessageType), $"{path}{field.Name}.")
        : []);

    private bool SeesEverything => Everything.GetOrAdd((type, caller.May(ReadConditional), caller.May(ReadPersonal)), _ => !HiddenPaths().Any());

    private bool IsOwn(string source) => caller.Node.Length > 0 && source == caller.Node;

    private void CutFields(IReadOnlyList<EntityField> fields, IMessage record, string path, List<string> cut, ICollection<string>? masked)
    {
        foreach (var field in fields)
        {
            var accessor = field.Descriptor.Accessor;
            if (!MaySee(field.DataClass))
            {
                if (field.IsSetIn(record))
                {
                    if (masked is not null && field.DataClass == DataClass.Pi && PersonalMask.Apply(field, record))
                    {
                        masked.Add(path + field.Name);
                        continue;
                    }

                    accessor.Clear(record);
                    cut.Add(path + field.Name);
                }
            }
            else if (field.Descriptor is { FieldType: FieldType.Message, IsMap: false })
            {
                foreach (var nested in Nested(accessor.GetValue(record)))
                {
                    CutFields(EntityField.AllOf(nested.Descriptor), nested, $"{path}{field.Name}.", cut, masked);
                }
            }
        }
    }

    private static IEnumerable<IMessage> Nested(object? value) => value switch
    {
        IMessage message => [message],
        System.Collections.IList list => list.OfType<IMessage>(),
        _ => [],
    };

    private bool MaySee(DataClass dataClass) => dataClass switch
    {
        DataClass.Public or DataClass.Internal => true,
        DataClass.Conditional => caller.May(ReadConditional),
        DataClass.Pi => caller.May(ReadPersonal),
        _ => false,
    };
}
