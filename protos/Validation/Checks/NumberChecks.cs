using System.Collections;
using System.Globalization;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Ranges of numbers.</summary>
internal static class NumberChecks
{
    /// <summary>The check of a single number; null when no range is declared.</summary>
    public static RecordCheck? Single(EntityField field)
    {
        if (!HasRange(field))
        {
            return null;
        }

        var read = FieldReader.Number(field.Descriptor);
        var (min, max) = Bounds(field);
        return (record, found) => Check(read(record), -1, field, min, max, found);
    }

    /// <summary>The check of a list of numbers; null when no range is declared.</summary>
    public static Action<IList, Findings>? List(EntityField field)
    {
        if (!HasRange(field))
        {
            return null;
        }

        var (min, max) = Bounds(field);
        return (items, found) =>
        {
            for (var i = 0; i < items.Count; i++)
            {
                Check(Convert.ToInt64(items[i], CultureInfo.InvariantCulture), i, field, min, max, found);
            }
        };
    }

    /// <summary>Whether a range is declared.</summary>
    public static bool HasRange(EntityField field) => field.Options.HasMin || field.Options.HasMax;

    /// <summary>Judges a decimal by the same range.</summary>
    public static void CheckDecimal(decimal value, string text, int index, EntityField field, Findings found)
    {
        var (min, max) = Bounds(field);
        if (value < min || value > max)
        {
            found.Add(BuiltInRules.NumberRange, field, text, RangeOf(field), index);
        }
    }

    private static void Check(long value, int index, EntityField field, long min, long max, Findings found)
    {
        if (value < min || value > max)
        {
            found.Add(BuiltInRules.NumberRange, field, Text.Of(value), RangeOf(field), index);
        }
    }

    private static (long Min, long Max) Bounds(EntityField field) => (
        field.Options.HasMin ? field.Options.Min : long.MinValue,
        field.Options.HasMax ? field.Options.Max : long.MaxValue);

    private static string RangeOf(EntityField field)
    {
        var options = field.Options;
        var range = Text.Range(options.HasMin, options.Min, options.HasMax, options.Max);
        return options.Unit.Length == 0 ? range : $"{range} {options.Unit}";
    }
}
