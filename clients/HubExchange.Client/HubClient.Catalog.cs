using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Catalogue.</content>
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
}
