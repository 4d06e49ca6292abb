namespace HubExchange.Client;

/// <summary>Which records to list, in what order.</summary>
public sealed record RecordQuery : RecordView
{
    /// <summary>Filter, e.g. <c>reporting_unit = "420281" AND year(established_on) >= 2020</c>; empty means all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Order, e.g. <c>established_on desc, name</c>; empty means by key.</summary>
    public string OrderBy { get; init; } = "";

    /// <summary>Records per page, at most 1,000; 0 means 50.</summary>
    public int PageSize { get; init; }
}
