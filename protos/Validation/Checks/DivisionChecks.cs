using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation.Formats;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>Division codes against the list of divisions.</summary>
internal static class DivisionChecks
{
    private const string DivisionType = "region.division";

    public static TextCheck Of(EntityField field) => DefinesDivision(field) ? CheckForm : Check;

    // The record that introduces a division cannot be judged by the list it extends.
    private static bool DefinesDivision(EntityField field) =>
        field.Descriptor.ContainingType.GetOptions()?.GetExtension(V1.OptionsExtensions.Entity) is { Type: DivisionType };

    private static void CheckForm(string code, EntityField field, int index, Findings found)
    {
        if (!DivisionCode.HasForm(code))
        {
            found.Add(FormatRules.DivisionSyntax, field, code, index: index);
        }
        else if (!DivisionCode.HasProvince(code))
        {
            found.Add(FormatRules.DivisionProvince, field, code, index: index);
        }
    }

    private static void Check(string code, EntityField field, int index, Findings found)
    {
        CheckForm(code, field, index, found);
        if (!DivisionCode.HasForm(code))
        {
            return;
        }

        if (found.Divisions.IsPlaceholder(code))
        {
            found.Add(FormatRules.DivisionPlaceholder, field, code, index: index);
        }
        else if (found.Divisions.IsUnknown(code))
        {
            found.Add(FormatRules.DivisionUnknown, field, code, index: index);
        }
        else if (found.Divisions.ExpiredBefore(code, found.Today) is { } last)
        {
            found.Add(FormatRules.DivisionExpired, field, code, last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), index);
        }
    }
}
