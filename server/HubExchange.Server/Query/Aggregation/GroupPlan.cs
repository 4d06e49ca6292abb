using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Query.Places;
using HubExchange.V1;
using Enum = System.Enum;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>What a group key is about.</summary>
internal enum GroupKind
{
    Field,
    Year,
    Quarter,
    Month,
    OrganizationField,
    Unit,
    Division,
    Zone,
    Park,
    Place,
}

/// <summary>One group key.</summary>
/// <param name="Index">Place among the keys, from 0.</param>
/// <param name="Text">As the request has it.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Field">The field, of the type or of its organisation; null for places.</param>
/// <param name="Digits">Digits of a division.</param>
internal sealed partial record GroupPlan(int Index, string Text, GroupKind Kind, EntityField? Field = null, int Digits = 0)
{
    private const int CountyDigits = 6;

    /// <summary>Column of the result.</summary>
    public string Column => $"g{Index}";

    /// <summary>A record may have several values.</summary>
    public bool IsMany => Kind is GroupKind.Zone or GroupKind.Park or GroupKind.Place;

    /// <summary>It depends on where records stand.</summary>
    public bool NeedsPlace => Kind >= GroupKind.OrganizationField;

    /// <summary>It depends on the layout.</summary>
    public bool NeedsLayout => Kind is GroupKind.Zone or GroupKind.Park;

    /// <summary>Sorts by code points, or by the order of its type.</summary>
    public string OrderBy => Field is null || Kind is GroupKind.Year or GroupKind.Quarter or GroupKind.Month || IsTextField(Field)
        ? $"{Column} collate \"C\""
        : Column;

    /// <summary>The one value of a record.</summary>
    public string Expression(Place place) => Kind switch
    {
        GroupKind.Field => $"r.\"{Field!.Name}\"",
        GroupKind.Year => $"to_char(r.\"{Field!.Name}\", 'YYYY')",
        GroupKind.Quarter => $"to_char(r.\"{Field!.Name}\", 'YYYY\"-Q\"Q')",
        GroupKind.Month => $"to_char(r.\"{Field!.Name}\", 'YYYY-MM')",
        GroupKind.OrganizationField => $"o.\"{Field!.Name}\"",
        GroupKind.Unit => place.Unit,
        GroupKind.Division => string.Create(CultureInfo.InvariantCulture, $"left({place.Division}, {Digits})"),
        _ => throw new InvalidOperationException($"{Text} has several values."),
    };

    /// <summary>Reads a key; the problem says why not.</summary>
    /// <param name="index">Place among the keys.</param>
    /// <param name="text">As the request has it.</param>
    /// <param name="type">Type of the records.</param>
    /// <param name="organization">Type of the organisations that place them; null when none does.</param>
    /// <param name="problem">Why it is no key, in Chinese and English.</param>
    public static GroupPlan? Read(int index, string text, EntityType type, EntityType? organization, out (string Zh, string En) problem)
    {
        problem = default;
        if (DivisionKey().Match(text) is { Success: true } division)
        {
            var digits = division.Groups[1].Success ? int.Parse(division.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : CountyDigits;
            return new GroupPlan(index, text, GroupKind.Division, null, digits);
        }

        var place = text switch
        {
            "@unit" => GroupKind.Unit,
            "@zone" => GroupKind.Zone,
            "@park" => GroupKind.Park,
            "@place" => GroupKind.Place,
            _ => GroupKind.Field,
        };
        if (place != GroupKind.Field)
        {
            return new GroupPlan(index, text, place);
        }

        if (DateKey().Match(text) is { Success: true } part)
        {
            var date = type.Find(part.Groups[2].Value);
            if (date is { Options: { Filterable: true, Format: Format.Date }, Descriptor.IsRepeated: false })
            {
                return new GroupPlan(index, text, Enum.Parse<GroupKind>(part.Groups[1].ValueSpan, ignoreCase: true), date);
            }

            problem = ($"{part.Groups[2].Value} 不是可筛选的日期字段", $"{part.Groups[2].Value} is not a filterable date field");
            return null;
        }

        const string Prefix = "organization.";
        var isOrganization = organization is not null && text.StartsWith(Prefix, StringComparison.Ordinal);
        var field = isOrganization ? organization!.Find(text[Prefix.Length..]) : type.Find(text);
        problem = field switch
        {
            not { Options.Filterable: true } => ($"没有可分组的字段 {text}", $"there is no filterable field {text}"),
            { IsPersonal: true } or { Options.Format: Format.PersonPid } =>
                ($"{text} 指向个人,不能用于分组", $"{text} tells persons apart and cannot be a group"),
            { Descriptor: { IsRepeated: true } or { FieldType: FieldType.Message or FieldType.Bytes } } =>
                ($"{text} 不是单值字段", $"{text} is not a scalar field"),
            _ => default,
        };
        return problem == default
            ? new GroupPlan(index, text, isOrganization ? GroupKind.OrganizationField : GroupKind.Field, field)
            : null;
    }

    private static bool IsTextField(EntityField field) =>
        field.Descriptor.FieldType == FieldType.Enum ||
        (field.Descriptor.FieldType == FieldType.String && field.Options.Format is not (Format.Date or Format.Decimal));

    [GeneratedRegex(@"^@division(?:\((6|9|12)\))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DivisionKey();

    [GeneratedRegex(@"^(year|quarter|month)\(([a-z0-9_]+)\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DateKey();
}
