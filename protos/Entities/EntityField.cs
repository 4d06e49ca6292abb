using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.V1;
using FieldOptions = HubExchange.V1.FieldOptions;

namespace HubExchange.Contracts.Entities;

/// <summary>One field of an entity type, with the rules and meaning its contract declares.</summary>
public sealed class EntityField
{
    private static readonly FieldOptions NoOptions = new();

    private static readonly ConcurrentDictionary<MessageDescriptor, EntityField[]> Known = new();

    private readonly Lazy<Func<IMessage, bool>> _isSet;

    private EntityField(FieldDescriptor descriptor)
    {
        Descriptor = descriptor;
        _isSet = new(() => FieldReader.IsSet(descriptor));
        Options = descriptor.GetOptions()?.GetExtension(OptionsExtensions.Field) ?? NoOptions;
        Codes = descriptor.FieldType == FieldType.Enum ? CodeList.Of(descriptor.EnumType) : null;
        IsCode = Options.Format is
            Format.Uscc or Format.Division or Format.Industry or Format.IndustrySection or Format.ZoneId or Format.NodeId or
            Format.CertNo or Format.SmeNo or Format.ContractNo or Format.AchievementNo or Format.ProjectId or Format.PersonPid;
    }

    /// <summary>The field in the message descriptor.</summary>
    public FieldDescriptor Descriptor { get; }

    /// <summary>The declared rules and meaning; empty when the contract says nothing.</summary>
    public FieldOptions Options { get; }

    /// <summary>The code list of an enum field, else null.</summary>
    public CodeList? Codes { get; }

    /// <summary>Name in the contract, in snake case. Also the column, the filter field and the spreadsheet heading.</summary>
    public string Name => Descriptor.Name;

    /// <summary>Name in Chinese; the contract name where none is declared.</summary>
    public string Label => Options.Label is { Length: > 0 } label ? label : Name;

    /// <summary>Who may see the field; PUBLIC unless declared.</summary>
    public DataClass DataClass =>
        Options.DataClass == DataClass.Unspecified ? DataClass.Public : Options.DataClass;

    /// <summary>Personal data: its values never appear in errors, logs or findings.</summary>
    public bool IsPersonal => DataClass is DataClass.Pi or DataClass.Spi;

    /// <summary>The field holds a list (maps are not lists).</summary>
    public bool IsList => Descriptor.IsRepeated && !Descriptor.IsMap;

    /// <summary>A text that is a code of some standard: compared and hashed in upper case and half width.</summary>
    public bool IsCode { get; }

    /// <summary>Whether a record fills the field in: empty texts, unspecified codes and empty lists do not.</summary>
    public bool IsSetIn(IMessage record) => _isSet.Value(record);

    /// <summary>The fields of a message, also of one nested in an entity, in the order of their numbers.</summary>
    public static IReadOnlyList<EntityField> AllOf(MessageDescriptor message) => Known.GetOrAdd(
        message,
        static descriptor => [.. descriptor.Fields.InFieldNumberOrder().Select(field => new EntityField(field))]);

    /// <inheritdoc />
    public override string ToString() => Descriptor.FullName;
}
