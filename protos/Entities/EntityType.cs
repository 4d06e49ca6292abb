using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Contracts.Entities;

/// <summary>One kind of record the hub exchanges, as its message declares it with <c>option (hubexchange.v1.entity)</c>.</summary>
public sealed class EntityType
{
    /// <summary>Joins the values of a key of several fields.</summary>
    public const char KeySeparator = '~';

    /// <summary>Longest key in UTF-16 code units.</summary>
    public const int MaxKeyLength = 200;

    private readonly FrozenDictionary<string, EntityField> _byName;
    private readonly Lazy<Func<IMessage, string>[]> _keyTexts;

    internal EntityType(MessageDescriptor message, EntityOptions options)
    {
        Message = message;
        Options = options;
        Fields = EntityField.AllOf(message);
        _byName = Fields.ToFrozenDictionary(field => field.Name);
        Key = [.. options.Key.Select(name => _byName.GetValueOrDefault(name)!).Where(field => field is not null)];
        _keyTexts = new(() => [.. Key.Select(TextOf)]);
    }

    /// <summary>Type id, e.g. <c>enterprise.organization</c>.</summary>
    public string Id => Options.Type;

    /// <summary>Name in Chinese.</summary>
    public string Label => Options.Label;

    /// <summary>The message that carries a record.</summary>
    public MessageDescriptor Message { get; }

    /// <summary>The declaration.</summary>
    public EntityOptions Options { get; }

    /// <summary>Every field in the order of its number.</summary>
    public IReadOnlyList<EntityField> Fields { get; }

    /// <summary>The fields that identify a record.</summary>
    public IReadOnlyList<EntityField> Key { get; }

    /// <summary>Whether a text can be the key of a record: of 1 to <see cref="MaxKeyLength"/> characters, without NUL.</summary>
    public static bool IsKey(string text) => text.Length is > 0 and <= MaxKeyLength && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>Returns the field of this name, or null.</summary>
    public EntityField? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Parses a serialized record. Fields of newer contracts are kept.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not such a message.</exception>
    public IMessage Parse(ByteString payload) => Message.Parser.ParseFrom(payload);

    /// <summary>The key of a record: its key fields, joined with <c>~</c>. Empty parts stay empty.</summary>
    public string KeyOf(IMessage record) => _keyTexts.Value is [var single]
        ? single(record)
        : string.Join(KeySeparator, _keyTexts.Value.Select(text => text(record)));

    /// <summary>Where a kind of node ranks in the authority over this type: 0 is best.</summary>
    public int RankOf(NodeKind kind)
    {
        var rank = Options.Authority.IndexOf(kind);
        return rank < 0 ? Options.Authority.Count : rank;
    }

    /// <summary>Whether a kind of node may push the type at all.</summary>
    public bool MayPush(NodeKind kind) => !Options.AuthorityOnly || Options.Authority.Contains(kind);

    /// <inheritdoc />
    public override string ToString() => Id;

    private static Func<IMessage, string> TextOf(EntityField field)
    {
        if (field.Descriptor.FieldType == FieldType.String)
        {
            return FieldReader.Text(field.Descriptor);
        }

        var number = FieldReader.Number(field.Descriptor);
        return field.Codes is { } codes
            ? record => CodeName(codes, (int)number(record))
            : record => number(record).ToString(CultureInfo.InvariantCulture);
    }

    private static string CodeName(CodeList codes, int number) =>
        codes.Find(number)?.Name ?? (number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture));
}
