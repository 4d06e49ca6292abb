using HubExchange.Server.Query.Filters;
using HubExchange.V1;

namespace HubExchange.Server.Query;

/// <summary>Which records of a type to list.</summary>
/// <param name="Filter">Condition; null for all.</param>
/// <param name="OrderBy">Order as in the request; empty for that of the keys.</param>
/// <param name="Source">Empty for consolidated records, a node, or <see cref="RecordRows.EverySource"/>.</param>
/// <param name="Time">The moment.</param>
/// <param name="After">Last row of the page before; null for the first page.</param>
/// <param name="Size">Most records of the page.</param>
/// <param name="Mask">Wanted fields; null for all.</param>
internal sealed record ListQuery(
    FilterNode? Filter, string OrderBy, string Source, ReadTime Time, ListCursor? After, int Size, ReadMask? Mask);

/// <summary>A page of a list.</summary>
/// <param name="Records">The records.</param>
/// <param name="Last">The last of them, if more follow.</param>
internal sealed record ListPage(IReadOnlyList<Record> Records, ListCursor? Last);
