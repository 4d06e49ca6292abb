using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Layouts of zones and parks.</content>
public sealed partial class HubClient
{
    /// <summary>Returns a layout with counts per entity type.</summary>
    /// <param name="layout">Layout id; null means the default one of the date.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Layout> GetLayoutAsync(string? layout = null, CancellationToken cancellationToken = default) =>
        GetLayoutAsync(layout, null, null, cancellationToken);

    /// <summary>Returns a layout with counts per entity type, as of a moment.</summary>
    /// <param name="layout">Layout id; null means the default one of the date.</param>
    /// <param name="recordedAsOf">What the hub knew at this instant; null means now.</param>
    /// <param name="effectiveOn">What was true on this business date; null means the latest version of each record.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Layout> GetLayoutAsync(
        string? layout, DateTimeOffset? recordedAsOf, DateOnly? effectiveOn, CancellationToken cancellationToken = default)
    {
        var request = new GetLayoutRequest { Layout = layout ?? "", RecordedAsOf = InstantOf(recordedAsOf), EffectiveOn = DayOf(effectiveOn) };
        var response = await _connection.CallAsync(options => _layouts.GetLayoutAsync(request, options), cancellationToken);
        return response.Layout;
    }

    /// <summary>Lists the layouts, without counts.</summary>
    public IAsyncEnumerable<Layout> ListLayoutsAsync(CancellationToken cancellationToken = default) =>
        ListLayoutsAsync(null, null, cancellationToken);

    /// <summary>Lists the layouts as of a moment, without counts.</summary>
    /// <param name="recordedAsOf">What the hub knew at this instant; null means now.</param>
    /// <param name="effectiveOn">What was true on this business date; null means the latest version of each layout.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Layout> ListLayoutsAsync(
        DateTimeOffset? recordedAsOf, DateOnly? effectiveOn, CancellationToken cancellationToken = default) =>
        PageAsync<Layout>(
            async token =>
            {
                var request = new ListLayoutsRequest
                {
                    PageToken = token,
                    RecordedAsOf = InstantOf(recordedAsOf),
                    EffectiveOn = DayOf(effectiveOn),
                };
                var response = await _connection.CallAsync(options => _layouts.ListLayoutsAsync(request, options), cancellationToken);
                return (response.Layouts, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Creates or revises a layout; only for the bureau.</summary>
    /// <param name="layout">The whole layout.</param>
    /// <param name="effectiveFrom">Business date from which the revision holds; null means today.</param>
    /// <param name="validateOnly">Only check it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubException">REQUEST_INVALID with everything that is wrong with it.</exception>
    public Task<SaveLayoutResponse> SaveLayoutAsync(
        LayoutDraft layout, DateOnly? effectiveFrom = null, bool validateOnly = false, CancellationToken cancellationToken = default)
    {
        var request = new SaveLayoutRequest { Layout = layout, EffectiveFrom = DayOf(effectiveFrom), ValidateOnly = validateOnly };
        return _connection.CallAsync(options => _layouts.SaveLayoutAsync(request, options), cancellationToken);
    }

    /// <summary>Compares two layouts, or one at two moments.</summary>
    public Task<CompareLayoutsResponse> CompareLayoutsAsync(
        LayoutMoment before, LayoutMoment after, CancellationToken cancellationToken = default)
    {
        var request = new CompareLayoutsRequest { Before = before, After = after };
        return _connection.CallAsync(options => _layouts.CompareLayoutsAsync(request, options), cancellationToken);
    }

    private static Timestamp? InstantOf(DateTimeOffset? instant) => instant is { } value ? Timestamp.FromDateTimeOffset(value) : null;

    private static string DayOf(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
