using System.Collections.Frozen;
using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Query.Filters;

/// <summary>A field of the envelope that filters and orders may name. A type's own field of that name comes first; <c>hub_</c> before it always means the envelope.</summary>
/// <param name="Column">Column.</param>
/// <param name="Kind">What it is compared with.</param>
/// <param name="IsList">It holds a list.</param>
internal sealed record EnvelopeField(string Column, FilterKind Kind, bool IsList)
{
    private const string Prefix = "hub_";

    private static readonly FrozenDictionary<string, EnvelopeField> Known = new EnvelopeField[]
    {
        new("hub_key", FilterKind.Text, false),
        new("hub_source", FilterKind.Text, false),
        new("hub_effective_from", FilterKind.Date, false),
        new("hub_recorded_at", FilterKind.Instant, false),
        new("hub_disputed", FilterKind.Text, true),
    }.ToFrozenDictionary(field => field.Column);

    /// <summary>The names without prefix.</summary>
    public static IEnumerable<string> Names => Known.Keys.Select(column => column[Prefix.Length..]).Order(StringComparer.Ordinal);

    /// <summary>The field of a name, or null.</summary>
    public static EnvelopeField? Find(EntityType type, string name) =>
        Known.GetValueOrDefault(name) ?? (type.Find(name) is null ? Known.GetValueOrDefault(Prefix + name) : null);

    /// <summary>Its value in the rows of an alias.</summary>
    public FilterValue Value(FilterToken token, string alias, Func<string> nextAlias)
    {
        var column = $"{alias}.{Column}";
        if (!IsList)
        {
            // To the driver the last day there is means infinity, which has neither year nor month.
            return new FilterValue(token, Kind, Kind == FilterKind.Date ? $"least({column}, date '9999-12-31')" : column);
        }

        var element = nextAlias();
        return new FilterValue(token, Kind, $"{element}.value")
        {
            List = column,
            Hops = [(condition, _) => $"exists (select from unnest({column}) {element} (value) where {condition})"],
        };
    }
}
