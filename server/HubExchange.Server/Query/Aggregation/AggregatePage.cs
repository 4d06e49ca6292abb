using System.Globalization;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>Where a page of groups begins, and the instant that all pages are of.</summary>
/// <param name="Instant">The instant; null for the first page.</param>
/// <param name="Offset">Groups before it.</param>
internal sealed record AggregatePage(DateTime? Instant, long Offset)
{
    public static AggregatePage Read(AggregateRecordsRequest request)
    {
        var text = PageToken.Read(request.PageToken, ListOf(request));
        if (text.Length == 0)
        {
            return new AggregatePage(null, 0);
        }

        return text.Split('/') is [var ticks, var offset] &&
            long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var instant) && instant <= DateTime.MaxValue.Ticks &&
            int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? new AggregatePage(new DateTime(instant, DateTimeKind.Utc), before)
            : throw HubErrors.Of(ErrorReason.PageTokenInvalid);
    }

    public string Write(AggregateRecordsRequest request) =>
        PageToken.Write(string.Create(CultureInfo.InvariantCulture, $"{Instant!.Value.Ticks}/{Offset}"), ListOf(request));

    private static string ListOf(AggregateRecordsRequest request) =>
        new AggregateRecordsRequest(request) { PageSize = 0, PageToken = "" }.ToString();
}
