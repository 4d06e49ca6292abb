using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Server.Query;

/// <summary>
/// Masks what tells a person: of a name the first character stays, of a mobile number the first three and last four digits, of an e-mail
/// address the first letter and the domain. Pseudonyms and numbers have no mask.
/// </summary>
internal static class PersonalMask
{
    /// <summary>Masks a field of a record.</summary>
    /// <returns>Whether it has a mask; if not, nothing is changed.</returns>
    public static bool Apply(EntityField field, IMessage record)
    {
        if (field.Descriptor is not { FieldType: FieldType.String, IsMap: false } || MaskOf(field.Options.Format) is not { } mask)
        {
            return false;
        }

        if (field.IsList)
        {
            var list = (IList)field.Descriptor.Accessor.GetValue(record);
            for (var i = 0; i < list.Count; i++)
            {
                list[i] = mask((string)list[i]!);
            }
        }
        else
        {
            field.Descriptor.Accessor.SetValue(record, mask((string)field.Descriptor.Accessor.GetValue(record)));
        }

        return true;
    }

    private static Func<string, string>? MaskOf(Format format) => format switch
    {
        Format.Unspecified => Name,
        Format.Mobile => Mobile,
        Format.Email => Email,
        _ => null,
    };

    private static string Name(string text)
    {
        var characters = new StringInfo(text);
        return characters.LengthInTextElements == 0 ? "" : characters.SubstringByTextElements(0, 1) + new string('*', Math.Max(1, characters.LengthInTextElements - 1));
    }

    private static string Mobile(string text) => text.Length == 11 ? $"{text[..3]}****{text[7..]}" : "***";

    private static string Email(string text) => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{text[0]}***{text[at..]}" : "***";
}
