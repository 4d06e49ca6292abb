using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;

namespace HubExchange.Server.Query.Filters;

/// <summary>What a filter may refer to beside the fields of its own type. One object serves one statement.</summary>
/// <param name="Types">The types that references lead to.</param>
/// <param name="Rows">Says which version of a referred record counts, and takes the literals.</param>
/// <param name="Caller">Who reads: what the caller may not see of a referred record is not there.</param>
/// <param name="Today">What <c>today()</c> is; see <see cref="ReadTime.Day"/>.</param>
/// <param name="IsProtected">It is about statistical returns that the caller gets aggregates of only, and may name what classifies them only.</param>
/// <param name="IsOwnOnly">Only the record's own fields may be named: what depends on other records changes without a change of its own.</param>
/// <param name="Dates">Dates by placeholder without its <c>@</c>; null where placeholders have no meaning.</param>
internal sealed record FilterScope(
    EntityTypes Types,
    RecordRows Rows,
    Caller Caller,
    DateOnly Today,
    IReadOnlyDictionary<string, DateOnly>? Dates = null,
    bool IsProtected = false,
    bool IsOwnOnly = false)
{
    private int _aliases;

    /// <summary>A new alias.</summary>
    public string NextAlias() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"f{++_aliases}");
}
