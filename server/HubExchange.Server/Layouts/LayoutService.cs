using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Layouts;

internal sealed class LayoutService(LayoutReader reader) : V1.LayoutService.LayoutServiceBase
{
    public override async Task<GetLayoutResponse> GetLayout(GetLayoutRequest request, ServerCallContext context) =>
        new()
        {
            Layout = await reader.GetAsync(request.Layout, context.CancellationToken)
                ?? throw HubErrors.Of(ErrorReason.LayoutNotFound, ("layout", request.Layout)),
        };

    public override async Task<ListLayoutsResponse> ListLayouts(ListLayoutsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var after = PageToken.Read(request.PageToken, "layouts");
        var layouts = await reader.ListAsync(context.CancellationToken);
        var page = layouts.Where(layout => string.CompareOrdinal(layout.LayoutId, after) > 0).Take(size + 1).ToList();

        var response = new ListLayoutsResponse();
        response.Layouts.Add(page.Take(size).Select(LayoutReader.Outline));
        if (page.Count > size)
        {
            response.NextPageToken = PageToken.Write(page[size - 1].LayoutId, "layouts");
        }

        return response;
    }
}
