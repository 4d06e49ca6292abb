using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Quality of what the sources report.</content>
public sealed partial class HubClient
{
    /// <summary>Lists the sources by their score, the best first: the league table.</summary>
    /// <param name="day">Day of the scores, <c>2026-11-24</c>; null for the last.</param>
    /// <param name="since">Changes since this day; null for a month before.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ListQualityResponse> ListQualityAsync(string? day = null, string? since = null, CancellationToken cancellationToken = default)
    {
        var request = new ListQualityRequest { Day = day ?? "", Since = since ?? "" };
        return await _connection.CallAsync(options => _quality.ListQualityAsync(request, options), cancellationToken);
    }

    /// <summary>Returns the score of a source with what it is made of and how it went.</summary>
    /// <param name="source">Node; null for the caller's own.</param>
    /// <param name="day">Day of the score; null for the last.</param>
    /// <param name="since">Changes since this day; null for a month before.</param>
    /// <param name="trendDays">Days of the trend; 0 means 30.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GetQualityResponse> GetQualityAsync(
        string? source = null, string? day = null, string? since = null, int trendDays = 0, CancellationToken cancellationToken = default)
    {
        var request = new GetQualityRequest { Source = source ?? "", Day = day ?? "", Since = since ?? "", TrendDays = trendDays };
        return await _connection.CallAsync(options => _quality.GetQualityAsync(request, options), cancellationToken);
    }
}
