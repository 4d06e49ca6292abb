using Google.Protobuf;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Deliveries;

internal sealed class DeliveryService(EntityTypes types, HolderReader holders) : V1.DeliveryService.DeliveryServiceBase
{
    public override async Task<ListHoldersResponse> ListHolders(ListHoldersRequest request, ServerCallContext context)
    {
        var type = types.Demand(request.Type);
        var key = RecordKeys.Normalize(type, request.Key);
        RecordKeys.CheckSource(request.Source);
        var size = PageToken.SizeOf(request.PageSize);
        if (context.GetCaller().VisibleSource(request.Source) is not { } source)
        {
            return new ListHoldersResponse();
        }

        string[] list = ["holders", type.Id, key, source, request.HasRevision ? $"{request.Revision}" : ""];
        var after = PageToken.Read(request.PageToken, list);
        var page = await holders.ListAsync(
            type,
            key,
            source,
            request.HasRevision ? request.Revision : null,
            after.Length == 0 ? null : Holder.Parser.ParseJson(after),
            size + 1,
            context.CancellationToken);
        var response = new ListHoldersResponse { Holders = { page.Take(size) } };
        if (page.Count > size)
        {
            var last = page[size - 1];
            var place = new Holder { Source = last.Source, Revision = last.Revision, Receiver = last.Receiver, Role = last.Role, Node = last.Node };
            response.NextPageToken = PageToken.Write(JsonFormatter.Default.Format(place), list);
        }

        return response;
    }
}
