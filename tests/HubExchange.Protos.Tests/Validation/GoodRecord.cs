using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Tests.Validation;

/// <summary>Makes records that break no rule, from what the contract declares.</summary>
internal static class GoodRecord
{
    public const string Uscc = "91420281XN1000065X";

    /// <summary>A record with its key, every required and every expected field.</summary>
    public static IMessage Of(EntityType type)
    {
        var record = (IMessage)Activator.CreateInstance(type.Message.ClrType)!;
        foreach (var field in type.Fields.Where(field => field.Options.Required || field.Options.Expected || type.Key.Contains(field)))
        {
            Fill(record, field);
        }

        foreach (var rule in type.Options.Choices.Where(rule => rule.Fields.Count(name => IsSet(record, type.Find(name)!)) < rule.Min))
        {
            foreach (var name in rule.Fields.Take(rule.Min))
            {
                Fill(record, type.Find(name)!);
            }
        }

        Complete(type, record);
        if (record is HteCertificate certificate)
        {
            certificate.ValidTo = "2024-06-29";
        }

        return record;
    }

    /// <summary>Fills in what the conditions of the type ask for.</summary>
    public static void Complete(EntityType type, IMessage record)
    {
        foreach (var rule in type.Options.Conditions.Where(rule => Applies(type.Find(rule.Field)!, rule.Values, record)))
        {
            foreach (var field in rule.Required.Select(name => type.Find(name)!).Where(field => !IsSet(record, field)))
            {
                Fill(record, field);
            }
        }
    }

    /// <summary>Gives a field a value that its own rules accept.</summary>
    public static void Fill(IMessage record, EntityField field)
    {
        if (field.Descriptor.IsRepeated)
        {
            var items = (IList)field.Descriptor.Accessor.GetValue(record);
            items.Clear();
            items.Add(ValueOf(field));
        }
        else
        {
            field.Descriptor.Accessor.SetValue(record, ValueOf(field));
        }
    }

    /// <summary>Sets an enum field to the code of this name, or a text field to this text.</summary>
    public static void Set(IMessage record, EntityField field, string value) => field.Descriptor.Accessor.SetValue(
        record,
        field.Codes is null ? value : Enum.ToObject(field.Descriptor.EnumType.ClrType, field.Codes.Find(value)!.Number));

    /// <summary>Sets a date, decimal or integer to a value that lies the given steps above the usual one.</summary>
    public static void SetOrdered(IMessage record, EntityField field, int steps)
    {
        object value = (field.Descriptor.FieldType, field.Options.Format) switch
        {
            (FieldType.Int32, _) => (int)Number(field) + steps,
            (FieldType.Int64, _) => Number(field) + steps,
            (_, Format.Date) => new DateOnly(2021, 6, 30).AddDays(steps).ToString("yyyy-MM-dd", null),
            (_, Format.Decimal) => (50 + steps).ToString(null, null),
            var other => throw new NotSupportedException($"{field}: {other}"),
        };
        field.Descriptor.Accessor.SetValue(record, value);
    }

    /// <summary>Whether a field is filled in.</summary>
    public static bool IsSet(IMessage record, EntityField field) => field.Descriptor.IsRepeated
        ? ((IList)field.Descriptor.Accessor.GetValue(record)).Count > 0
        : field.Descriptor.HasPresence
            ? field.Descriptor.Accessor.HasValue(record)
            : field.Descriptor.Accessor.GetValue(record) switch
            {
                string text => text.Length > 0,
                bool flag => flag,
                var number => Convert.ToInt64(number, null) != 0,
            };

    private static bool Applies(EntityField field, IEnumerable<string> values, IMessage record) =>
        field.Descriptor.Accessor.GetValue(record) is Enum code &&
        values.Any(value => field.Codes!.Find(value)!.Number == Convert.ToInt32(code, null));

    private static object ValueOf(EntityField field)
    {
        switch (field.Descriptor.FieldType)
        {
            case FieldType.String:
                return TextOf(field);
            case FieldType.Enum:
                var name = field.Options.Allowed.FirstOrDefault() ?? field.Codes!.Codes[0].Name;
                return Enum.ToObject(field.Descriptor.EnumType.ClrType, field.Codes!.Find(name)!.Number);
            case FieldType.Int32:
                return (int)Number(field);
            case FieldType.Int64:
                return Number(field);
            case FieldType.Bool:
                return true;
            case FieldType.Bytes:
                return ByteString.CopyFromUtf8("x");
            default:
                var nested = (IMessage)Activator.CreateInstance(field.Descriptor.MessageType.ClrType)!;
                foreach (var inner in EntityField.AllOf(field.Descriptor.MessageType))
                {
                    if (inner.Options.Required)
                    {
                        Fill(nested, inner);
                    }
                }

                return nested;
        }
    }

    private static long Number(EntityField field) => field.Options.HasMin && field.Options.Min > 100 ? 2021 : 5;

    private static string TextOf(EntityField field) => field.Options.Format switch
    {
        Format.Date => "2021-06-30",
        Format.Decimal => "50",
        Format.Period => "2021-06",
        Format.Year => "2021",
        Format.Uscc => Uscc,
        Format.Division => "420281",
        Format.Industry => "3982",
        Format.IndustrySection => "C",
        Format.ZoneId => "420281-Z001",
        Format.NodeId => "ND-420281",
        Format.CertNo => "GR202142900001",
        Format.SmeNo => "2021420281A8900001",
        Format.ContractNo => "2021420201000123",
        Format.AchievementNo => "4202021Y0001",
        Format.ProjectId => "HS2021-420281-00017",
        Format.PersonPid => "ABCDEFGHIJKLMNOPQRSTUVWX27",
        Format.Identifier => "样例-001",
        Format.Mobile => "13800000000",
        Format.Email => "name@example.cn",
        _ => field.Options.Pattern switch
        {
            "" when field.Name == "approver" => "国务院",
            "" => "样例",
            "[A-Z]{3}" => "CHN",
            "[A-Z]{2}" => "CN",
            "[ZPBK][0-9]{2}" => "Z01",
            "[A-Z]{2}[0-9]+" => "AB12",
            "[0-9]{8,30}" => "1234567890",
            var other => throw new NotSupportedException($"{field}: add a text that matches {other}."),
        },
    };
}
