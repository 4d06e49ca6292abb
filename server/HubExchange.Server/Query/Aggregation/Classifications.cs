using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Query.Places;
using HubExchange.V1;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>
/// Tells apart what statistical returns are classified by from who responds and what they report. Whoever gets aggregates only filters
/// and groups by the former alone: a filter that names a respondent, or a figure, asks about a single one.
/// </summary>
internal static class Classifications
{
    /// <summary>The field that tells respondents apart: the organisation, else the first part of the key.</summary>
    public static string RespondentOf(EntityType type) => PlacementSql.OrganizationOf(type) ?? type.Key[0].Name;

    /// <summary>
    /// Whether a field classifies: a code, a flag, a division, industry or period, or a part of the key that does not name the respondent.
    /// </summary>
    public static bool Has(EntityType type, EntityField field) =>
        field.Name != RespondentOf(type) &&
        (field.Descriptor.FieldType is FieldType.Enum or FieldType.Bool ||
            field.Options.Format is Format.Division or Format.Industry or Format.IndustrySection or Format.Period or Format.Year ||
            type.Key.Any(part => part.Name == field.Name));

    /// <summary>The fields of a type that filters over such aggregates may name.</summary>
    public static IEnumerable<string> NamesOf(EntityType type) =>
        type.Fields.Where(field => field.Options.Filterable && Has(type, field)).Select(field => field.Name);
}
