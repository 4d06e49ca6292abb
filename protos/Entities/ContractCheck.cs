using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Contracts.Entities;

/// <summary>Finds what is wrong with a set of entity types. Never stops at the first mistake.</summary>
internal static partial class ContractCheck
{
    /// <summary>Names with this prefix belong to the hub's own columns.</summary>
    private const string ReservedPrefix = "hub_";

    public static List<string> Mistakes(IReadOnlyList<EntityType> types)
    {
        var mistakes = new List<string>();
        var ids = types.Select(type => type.Id).ToHashSet();

        foreach (var twice in types.GroupBy(type => type.Id).Where(group => group.Count() > 1))
        {
            mistakes.Add($"{twice.Key}: declared by {string.Join(" and ", twice.Select(type => type.Message.FullName))}.");
        }

        foreach (var type in types)
        {
            var found = new Findings(type.Message.FullName, mistakes);
            CheckType(type, found);
            CheckPlacement(type, found);
            RuleCheck.Check(type, found);
            foreach (var field in type.Fields)
            {
                CheckField(field, ids, new Findings(field.Descriptor.FullName, mistakes));
                CheckDeadline(type, field, new Findings(field.Descriptor.FullName, mistakes));
            }
        }

        return mistakes;
    }

    private static void CheckType(EntityType type, Findings found)
    {
        var options = type.Options;
        found.When(!TypeId().IsMatch(options.Type), $"type '{options.Type}' is not <system>.<name> in lower snake case of at most 50 characters");
        found.When(options.Label.Length == 0, "has no label");
        found.When(options.Share == ShareType.Unspecified, "has no share type");
        found.When(
            options.Share is ShareType.Conditional or ShareType.Withheld && options.ShareBasis.Length == 0,
            "shares conditionally or not at all but has no share_basis");
        found.When(options.AuthorityOnly && options.Authority.Count == 0, "is authority_only but lists no authority");
        found.When(options.Key.Count == 0, "has no key");
        foreach (var name in options.Key)
        {
            var key = type.Find(name);
            found.When(
                key is not { Descriptor: { IsRepeated: false, FieldType: FieldType.String or FieldType.Int32 or FieldType.Enum } },
                $"key '{name}' is not a single text, int32 or enum field");
        }

        foreach (var twice in type.Fields.GroupBy(field => field.Label).Where(group => group.Count() > 1))
        {
            found.When(true, $"label '{twice.Key}' is used by {string.Join(" and ", twice.Select(field => field.Name))}");
        }
    }

    private static void CheckPlacement(EntityType type, Findings found)
    {
        if (type.Options.Placement is not { } placement)
        {
            return;
        }

        var own = placement.Division + placement.Zones + placement.ReportingUnit;
        found.When(placement.Organization.Length > 0 && own.Length > 0, "placement names an organisation and own fields");
        found.When(placement.Organization.Length == 0 && own.Length == 0, "placement is empty");
        CheckPlace(placement.Organization, Format.Uscc, mayRepeat: false);
        CheckPlace(placement.Division, Format.Division, mayRepeat: false);
        CheckPlace(placement.Zones, Format.ZoneId, mayRepeat: true);
        CheckPlace(placement.ReportingUnit, null, mayRepeat: false);

        void CheckPlace(string name, Format? format, bool mayRepeat)
        {
            if (name.Length == 0)
            {
                return;
            }

            var field = type.Find(name);
            found.When(
                field?.Descriptor.FieldType != FieldType.String || (field.IsList && !mayRepeat) ||
                (format is not null && field.Options.Format != format),
                $"placement field '{name}' is not a text field{(format is null ? "" : $" of format {format}")}");
        }
    }

    private static void CheckField(EntityField field, HashSet<string> ids, Findings found)
    {
        var descriptor = field.Descriptor;
        var options = field.Options;
        var isText = descriptor.FieldType == FieldType.String;
        var isNumber = descriptor.FieldType is FieldType.Int32 or FieldType.Int64 || options.Format == Format.Decimal;

        found.When(options.Label.Length == 0, "has no label");
        found.When(descriptor.Name.StartsWith(ReservedPrefix, StringComparison.Ordinal), $"starts with '{ReservedPrefix}', which is the hub's");
        found.When(
            descriptor.FieldType is not (FieldType.String or FieldType.Int32 or FieldType.Int64 or FieldType.Bool or FieldType.Enum
                or FieldType.Bytes or FieldType.Message),
            $"has type {descriptor.FieldType}; use string, bool, int32, int64, bytes, an enum or a message, and never floating point");
        found.When(options.Format != Format.Unspecified && !isText, "has a format but is not text");
        found.When(options.Pattern.Length > 0 && !isText, "has a pattern but is not text");
        found.When(options.Pattern.Length > 0 && !IsRegex(options.Pattern), $"pattern '{options.Pattern}' cannot be compiled");
        found.When((options.HasMin || options.HasMax) && !isNumber, "has a range but is not a number");
        found.When(options.HasMin && options.HasMax && options.Min > options.Max, "has min above max");
        found.When(options.Reference.Length > 0 && !isText, "has a reference but is not text");
        found.When(options.Reference.Length > 0 && !ids.Contains(options.Reference), $"refers to the unknown type '{options.Reference}'");
        found.When(options is { ReferenceOpen: true, Reference.Length: 0 }, "has an open reference to nothing");
        found.When(options.MaxLength < 0 || options.MaxItems < 0, "has a negative limit");

        if (field.Codes is { } codes)
        {
            RuleCheck.CheckCodes(descriptor.EnumType, codes, found);
            foreach (var name in options.Allowed)
            {
                found.When(codes.Find(name) is null, $"allows the unknown code '{name}'");
            }
        }
        else
        {
            found.When(options.Allowed.Count > 0, "allows codes but is not an enum");
        }
    }

    private static void CheckDeadline(EntityType type, EntityField field, Findings found)
    {
        if (field.Options.Deadline is not { } deadline)
        {
            return;
        }

        var isYear = field is { Descriptor: { FieldType: FieldType.Int32, IsRepeated: false } };
        found.When(!isYear && !IsDate(field), "has a deadline but is neither a date nor a year");
        found.When(deadline.Zh.Length == 0 || deadline.En.Length == 0, "has a deadline without texts");
        found.When(
            deadline.Months < 0 || deadline.Days < 0 || deadline.NoticeDays < 0 || deadline.GraceDays < 0, "has a deadline with a negative number");
        found.When(deadline.Done.Length > 0 && !IsDate(type.Find(deadline.Done)), $"has a deadline that ends with '{deadline.Done}', which is no date");
        var codes = type.Find(deadline.State)?.Codes;
        found.When(deadline.State.Length > 0 && codes is null, $"has a deadline that depends on '{deadline.State}', which is no code list");
        found.When(deadline.State.Length > 0 != deadline.Codes.Count > 0, "has a deadline with a state and no codes, or codes and no state");
        foreach (var name in deadline.Codes)
        {
            found.When(codes is not null && codes.Find(name) is null, $"has a deadline in the unknown code '{name}'");
        }
    }

    private static bool IsDate(EntityField? field) => field is { IsList: false, Descriptor.FieldType: FieldType.String, Options.Format: Format.Date };

    private static bool IsRegex(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(?=.{3,50}$)[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$")]
    private static partial Regex TypeId();

    /// <summary>Collects the mistakes of one message or field.</summary>
    internal readonly record struct Findings(string Subject, List<string> Mistakes)
    {
        public void When(bool wrong, string what)
        {
            if (wrong)
            {
                Mistakes.Add($"{Subject}: {what}.");
            }
        }
    }
}
