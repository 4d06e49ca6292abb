using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Testing;

/// <summary>Valid records of any entity type, built from its contract: with every field set, or with only what is needed.</summary>
public static class RecordSamples
{
    /// <summary>A unified social credit code that passes every check.</summary>
    public const string Uscc = "91420281XN1000065X";

    private const string OtherUscc = "91420203XN1000022H";

    private static readonly Dictionary<string, string> Patterned = new()
    {
        ["hubexchange.mechanism.v1.IndicatorTerm.id"] = "end",
        ["hubexchange.platform.v1.RdInstitution.country"] = "CN",
        ["hubexchange.region.v1.ConstructionProgress.month"] = "2021-06",
        ["hubexchange.region.v1.Zone.plan_no"] = "Z01",
        ["hubexchange.talent.v1.Talent.bank_account"] = "6222000000000000001",
        ["hubexchange.technology.v1.TechContract.seller_country"] = "CHN",
        ["hubexchange.technology.v1.TechContract.buyer_country"] = "CHN",
    };

    /// <summary>A record with every field set that may be set together with the others.</summary>
    public static IMessage Full(EntityType type) => Build(type, _ => true);

    /// <summary>A record with its key and its required fields only, and what its rules make necessary.</summary>
    public static IMessage Minimal(EntityType type) =>
        Build(type, field => field.Options.Required || type.Key.Contains(field));

    private static IMessage Build(EntityType type, Func<EntityField, bool> isWanted)
    {
        var record = type.Message.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.Where(isWanted))
        {
            Set(field, record);
        }

        Choose(type, record);
        Complete(type, record);
        Add(type, record);
        return record;
    }

    private static void Set(EntityField field, IMessage record)
    {
        var descriptor = field.Descriptor;
        if (descriptor.IsMap)
        {
            return;
        }

        if (descriptor.IsRepeated)
        {
            var list = (IList)descriptor.Accessor.GetValue(record);
            if (list.Count == 0)
            {
                list.Add(ValueOf(field));
            }

            return;
        }

        descriptor.Accessor.SetValue(record, ValueOf(field));
    }

    private static object ValueOf(EntityField field) => field.Descriptor.FieldType switch
    {
        FieldType.String => TextOf(field),
        FieldType.Int32 => (int)NumberOf(field),
        FieldType.Int64 => NumberOf(field),
        FieldType.Bool => true,
        FieldType.Bytes => ByteString.CopyFromUtf8("样例"),
        FieldType.Enum => CodeOf(field),
        FieldType.Message => Nested(field.Descriptor.MessageType),
        _ => throw new InvalidOperationException($"{field} has no sample."),
    };

    private static IMessage Nested(MessageDescriptor message)
    {
        var nested = message.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in EntityField.AllOf(message))
        {
            Set(field, nested);
        }

        return nested;
    }

    private static object CodeOf(EntityField field)
    {
        var code = field.Options.Allowed is [var first, ..] ? field.Codes!.Find(first)! : field.Codes!.Codes[0];
        return Enum.ToObject(field.Descriptor.EnumType.ClrType, code.Number);
    }

    private static long NumberOf(EntityField field) => field.Name switch
    {
        _ when field.Name.Contains("year", StringComparison.Ordinal) => 2021,
        // The only parts of a whole in a list are shares in per cent, and the sample has one of them.
        _ when field.Name.EndsWith("percent", StringComparison.Ordinal) => 100,
        _ => field.Options.HasMin ? Math.Max(field.Options.Min, 1) : 1,
    };

    // A record does not refer to itself, and its partners are others than itself.
    private static string TextOf(EntityField field) =>
        Patterned.TryGetValue(field.Descriptor.FullName, out var known) ? known : field.Options.Format switch
        {
            Format.Division when IsOfOwnType(field) => "420200",
            Format.ZoneId when IsOfOwnType(field) => "420205-Z002",
            Format.Identifier when IsOfOwnType(field) => "样例-2",
            Format.Uscc when field.Name.StartsWith("partner", StringComparison.Ordinal) => OtherUscc,
            Format.Date => "2021-06-30",
            Format.Decimal => field.Options.HasMin ? Math.Max(field.Options.Min, 1).ToString(CultureInfo.InvariantCulture) : "1.5",
            Format.Period => "2021-06",
            Format.Year => "2021",
            Format.Uscc => Uscc,
            Format.Division => "420281",
            Format.Industry => "3921",
            Format.IndustrySection => "M",
            Format.ZoneId => "420281-Z001",
            Format.NodeId => "ND-420281",
            Format.CertNo => "GR202142900001",
            Format.SmeNo => "2021420281A8900001",
            Format.ContractNo => "2021420201000123",
            Format.AchievementNo => "4202021Y0001",
            Format.ProjectId => "HS2021-420281-00001",
            Format.PersonPid => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Format.Identifier => "样例-1",
            Format.Mobile => "13800000000",
            Format.Email => "sample@example.org",
            _ => $"样例{field.Label}",
        };

    private static bool IsOfOwnType(EntityField field) =>
        field.Options.Reference.Length > 0 &&
        field.Descriptor.ContainingType.GetOptions()?.GetExtension(OptionsExtensions.Entity)?.Type == field.Options.Reference;

    // Fields that exclude each other: the first ones stay.
    private static void Choose(EntityType type, IMessage record)
    {
        foreach (var rule in type.Options.Choices)
        {
            var set = rule.Fields.Select(name => type.Find(name)!).Where(field => IsSet(field, record)).ToList();
            if (rule.Max > 0)
            {
                set.Skip(rule.Max).ToList().ForEach(field => field.Descriptor.Accessor.Clear(record));
            }

            rule.Fields.Select(name => type.Find(name)!).Where(field => !IsSet(field, record))
                .Take(Math.Max(0, rule.Min - set.Count)).ToList().ForEach(field => Set(field, record));
        }
    }

    private static void Complete(EntityType type, IMessage record)
    {
        foreach (var rule in type.Options.Conditions)
        {
            var decider = type.Find(rule.Field)!;
            var value = decider.Descriptor.Accessor.GetValue(record);
            var text = decider.Codes?.Find(Convert.ToInt32(value is string ? 0 : value, CultureInfo.InvariantCulture))?.Name ?? value as string;
            if (rule.Values.Contains(text ?? ""))
            {
                rule.Required.Select(name => type.Find(name)!).Where(field => !IsSet(field, record)).ToList().ForEach(field => Set(field, record));
            }
        }
    }

    private static void Add(EntityType type, IMessage record)
    {
        foreach (var rule in type.Options.Sums.Where(rule => rule.Total.Length > 0))
        {
            var total = type.Find(rule.Total)!;
            if (IsSet(total, record))
            {
                var sum = rule.Parts.Select(name => type.Find(name)!).Where(part => IsSet(part, record))
                    .Sum(part => Convert.ToInt64(part.Descriptor.Accessor.GetValue(record), CultureInfo.InvariantCulture));
                total.Descriptor.Accessor.SetValue(
                    record, total.Descriptor.FieldType == FieldType.Int32 ? (int)sum : sum);
            }
        }
    }

    private static bool IsSet(EntityField field, IMessage record) => field.Descriptor.HasPresence
        ? field.Descriptor.Accessor.HasValue(record)
        : field.Descriptor.Accessor.GetValue(record) switch
        {
            string text => text.Length > 0,
            ICollection items => items.Count > 0,
            bool flag => flag,
            var number => Convert.ToInt64(number, CultureInfo.InvariantCulture) != 0,
        };
}
