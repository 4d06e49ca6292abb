using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Catalog;

/// <summary>Tells what can be exchanged, as the contracts declare it.</summary>
internal sealed class CatalogService(EntityTypes types, HubStorage storage) : V1.CatalogService.CatalogServiceBase
{
    private const string List = "types";

    /// <inheritdoc />
    public override Task<GetEntityTypeResponse> GetEntityType(GetEntityTypeRequest request, ServerCallContext context)
    {
        var type = types.Demand(request.Type);
        return Task.FromResult(new GetEntityTypeResponse { EntityType = CatalogText.Of(type, withFields: true) });
    }

    /// <inheritdoc />
    public override Task<ListEntityTypesResponse> ListEntityTypes(ListEntityTypesRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var after = PageToken.Read(request.PageToken, List);
        var rest = types.All.Where(type => string.CompareOrdinal(type.Id, after) > 0).Take(size + 1).ToList();
        var page = rest.Take(size).ToList();

        return Task.FromResult(new ListEntityTypesResponse
        {
            EntityTypes = { page.Select(type => CatalogText.Of(type, withFields: false)) },
            NextPageToken = rest.Count > size ? PageToken.Write(page[^1].Id, List) : "",
        });
    }

    /// <inheritdoc />
    public override async Task<GetSchemaDiffResponse> GetSchemaDiff(GetSchemaDiffRequest request, ServerCallContext context)
    {
        var diff = await storage.DiffAsync(context.CancellationToken);
        return new GetSchemaDiffResponse { Statements = { diff.Statements }, Mistakes = { diff.Mistakes } };
    }
}
