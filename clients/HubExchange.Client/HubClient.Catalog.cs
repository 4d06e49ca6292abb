using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Catalogue and quarantine.</content>
public sealed partial class HubClient
{
    /// <summary>Lists the entity types the hub exchanges, without their fields.</summary>
    public IAsyncEnumerable<CatalogType> ListEntityTypesAsync(CancellationToken cancellationToken = default) =>
        PageAsync<CatalogType>(
            async token =>
            {
                var request = new ListEntityTypesRequest { PageToken = token };
                var response = await _connection.CallAsync(options => _catalog.ListEntityTypesAsync(request, options), cancellationToken);
                return (response.EntityTypes, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Returns one entity type with its fields.</summary>
    public async Task<CatalogType> GetEntityTypeAsync(string type, CancellationToken cancellationToken = default)
    {
        var request = new GetEntityTypeRequest { Type = type };
        var response = await _connection.CallAsync(options => _catalog.GetEntityTypeAsync(request, options), cancellationToken);
        return response.EntityType;
    }

    /// <summary>Returns the statements that would bring the database to the contracts, and what the hub would refuse to mend.</summary>
    public Task<GetSchemaDiffResponse> GetSchemaDiffAsync(CancellationToken cancellationToken = default) =>
        _connection.CallAsync(options => _catalog.GetSchemaDiffAsync(new GetSchemaDiffRequest(), options), cancellationToken);

    /// <summary>Lists refused changes, newest first, without payloads.</summary>
    /// <param name="type">Only of this type; null means all.</param>
    /// <param name="rule">Only those that violate this rule; null means all.</param>
    /// <param name="source">Only of this node; null means every node the caller may see.</param>
    /// <param name="pageSize">Changes per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<QuarantinedRecord> ListQuarantinedRecordsAsync(
        string? type = null, string? rule = null, string? source = null, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<QuarantinedRecord>(
            async token =>
            {
                var request = new ListQuarantinedRecordsRequest
                {
                    Type = type ?? "",
                    Rule = rule ?? "",
                    Source = source ?? "",
                    PageSize = pageSize,
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _quarantine.ListQuarantinedRecordsAsync(request, options), cancellationToken);
                return (response.Records, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Returns one refused change with its payload, as far as the caller may see it.</summary>
    public async Task<QuarantinedRecord> GetQuarantinedRecordAsync(long id, CancellationToken cancellationToken = default)
    {
        var request = new GetQuarantinedRecordRequest { Id = id };
        var response = await _connection.CallAsync(options => _quarantine.GetQuarantinedRecordAsync(request, options), cancellationToken);
        return response.Record;
    }
}
