using HubExchange.Mechanism.V1;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Indicators.</content>
public sealed partial class HubClient
{
    /// <summary>Returns values, targets and colours of the indicators of a plan.</summary>
    public Task<GetScorecardResponse> GetScorecardAsync(GetScorecardRequest request, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(options => _indicators.GetScorecardAsync(request, options), cancellationToken);

    /// <summary>Lists the records behind a term of an indicator, fetching pages as they are needed.</summary>
    public IAsyncEnumerable<Record> ListIndicatorAsync(ListIndicatorRecordsRequest request, CancellationToken cancellationToken = default) =>
        PageAsync<Record>(
            async token =>
            {
                var response = await _connection.CallAsync(
                    options => _indicators.ListIndicatorRecordsAsync(new ListIndicatorRecordsRequest(request) { PageToken = token }, options),
                    cancellationToken);
                return (response.Records, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Computes a definition on current data without keeping it.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="effectiveOn">Up to which date, <c>YYYY-MM-DD</c>; null means the end of the plan year, or today if that is earlier.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<PreviewIndicatorResponse> PreviewIndicatorAsync(
        IndicatorDefinition definition, string? effectiveOn = null, CancellationToken cancellationToken = default)
    {
        var request = new PreviewIndicatorRequest { Definition = definition, EffectiveOn = effectiveOn ?? "" };
        return _connection.CallAsync(options => _indicators.PreviewIndicatorAsync(request, options), cancellationToken);
    }

    /// <summary>Keeps a definition as a new version and returns it as it is kept; an equal one changes nothing.</summary>
    public async Task<Record> SaveIndicatorDefinitionAsync(IndicatorDefinition definition, CancellationToken cancellationToken = default)
    {
        var request = new SaveIndicatorDefinitionRequest { Definition = definition };
        var response = await _connection.CallAsync(options => _indicators.SaveIndicatorDefinitionAsync(request, options), cancellationToken);
        return response.Record;
    }
}
