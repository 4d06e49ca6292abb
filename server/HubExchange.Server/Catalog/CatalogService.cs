using System.Text;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Catalog;

/// <summary>Tells what can be exchanged, as the contracts declare it.</summary>
internal sealed class CatalogService(EntityTypes types, HubStorage storage) : V1.CatalogService.CatalogServiceBase
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 1_000;

    /// <inheritdoc />
    public override Task<GetEntityTypeResponse> GetEntityType(GetEntityTypeRequest request, ServerCallContext context)
    {
        var type = types.Find(request.Type) ?? throw HubErrors.Of(ErrorReason.TypeUnknown, ("type", request.Type));
        return Task.FromResult(new GetEntityTypeResponse { EntityType = CatalogText.Of(type, withFields: true) });
    }

    /// <inheritdoc />
    public override Task<ListEntityTypesResponse> ListEntityTypes(ListEntityTypesRequest request, ServerCallContext context)
    {
        if (request.PageSize < 0)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("page_size", "不能为负数;0 表示默认值 50。", "must not be negative; 0 means 50."));
        }

        var size = request.PageSize == 0 ? DefaultPageSize : Math.Min(request.PageSize, MaxPageSize);
        var after = LastOf(request.PageToken);
        var rest = types.All.Where(type => string.CompareOrdinal(type.Id, after) > 0).Take(size + 1).ToList();
        var page = rest.Take(size).ToList();

        return Task.FromResult(new ListEntityTypesResponse
        {
            EntityTypes = { page.Select(type => CatalogText.Of(type, withFields: false)) },
            NextPageToken = rest.Count > size ? Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Id)) : "",
        });
    }

    /// <inheritdoc />
    public override async Task<GetSchemaDiffResponse> GetSchemaDiff(GetSchemaDiffRequest request, ServerCallContext context)
    {
        var diff = await storage.DiffAsync(context.CancellationToken);
        return new GetSchemaDiffResponse { Statements = { diff.Statements }, Mistakes = { diff.Mistakes } };
    }

    // A token is the id of the last type of the page before.
    private string LastOf(string token)
    {
        if (token.Length == 0)
        {
            return "";
        }

        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) &&
               Encoding.UTF8.GetString(bytes, 0, length) is var id && types.Find(id) is not null
            ? id
            : throw HubErrors.Of(ErrorReason.PageTokenInvalid);
    }
}
