using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Codes of code lists: known, and accepted by the field.</summary>
internal static class CodeChecks
{
    public static RecordCheck Single(EntityField field, RuleInfo? missing)
    {
        var read = FieldReader.Number(field.Descriptor);
        var codes = field.Codes!;
        var allowed = AllowedBy(field);
        return (record, found) =>
        {
            var number = (int)read(record);
            if (number != 0)
            {
                Check(number, -1, field, codes, allowed, found);
            }
            else if (missing is not null)
            {
                found.Add(missing, field);
            }
        };
    }

    public static Action<IList, Findings> List(EntityField field)
    {
        var codes = field.Codes!;
        var allowed = AllowedBy(field);
        return (items, found) =>
        {
            for (var i = 0; i < items.Count; i++)
            {
                var number = Convert.ToInt32(items[i], CultureInfo.InvariantCulture);
                if (number != 0)
                {
                    Check(number, i, field, codes, allowed, found);
                }
                else
                {
                    found.Add(BuiltInRules.Required, field, index: i);
                }
            }
        };
    }

    private static void Check(int number, int index, EntityField field, CodeList codes, FrozenSet<int>? allowed, Findings found)
    {
        if (codes.Find(number) is not { } code)
        {
            found.Add(BuiltInRules.CodeUnknown, field, Text.Of(number), Text.Of(number), index);
        }
        else if (allowed is not null && !allowed.Contains(number))
        {
            found.Add(
                BuiltInRules.CodeAllowed,
                field,
                code.Name,
                string.Join('、', field.Options.Allowed.Select(name => codes.Find(name)?.Label ?? name)),
                index,
                string.Join(", ", field.Options.Allowed));
        }
    }

    private static FrozenSet<int>? AllowedBy(EntityField field) => field.Options.Allowed.Count == 0
        ? null
        : field.Options.Allowed.Select(name => field.Codes!.Find(name)?.Number ?? 0).Where(number => number != 0).ToFrozenSet();
}
