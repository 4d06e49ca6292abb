using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Layouts;

internal sealed class LayoutService(LayoutReader reader, LayoutWriter writer) : V1.LayoutService.LayoutServiceBase
{
    public override async Task<GetLayoutResponse> GetLayout(GetLayoutRequest request, ServerCallContext context)
    {
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        return new GetLayoutResponse { Layout = (await reader.GetAsync(request.Layout, time, context.GetCaller(), context.CancellationToken)).ToLayout() };
    }

    public override async Task<ListLayoutsResponse> ListLayouts(ListLayoutsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        string[] list = ["layouts", time.ToString()];
        var after = PageToken.Read(request.PageToken, list);
        var book = await reader.ReadBookAsync(time, context.CancellationToken);
        var page = book.Layouts.Where(layout => string.CompareOrdinal(layout.LayoutId, after) > 0).Take(size + 1).ToList();

        var response = new ListLayoutsResponse();
        response.Layouts.Add(page.Take(size).Select(LayoutReader.Outline));
        if (page.Count > size)
        {
            response.NextPageToken = PageToken.Write(page[size - 1].LayoutId, list);
        }

        return response;
    }

    public override async Task<SaveLayoutResponse> SaveLayout(SaveLayoutRequest request, ServerCallContext context) =>
        await writer.SaveAsync(request, context.GetCaller(), context.CancellationToken);

    public override async Task<CompareLayoutsResponse> CompareLayouts(CompareLayoutsRequest request, ServerCallContext context)
    {
        var before = await GetAsync(request.Before ?? new LayoutMoment(), context);
        var after = await GetAsync(request.After ?? new LayoutMoment(), context);
        return LayoutComparison.Of(before, after);
    }

    private async Task<CountedLayout> GetAsync(LayoutMoment moment, ServerCallContext context) => await reader.GetAsync(
        moment.Layout, ReadTime.Of(moment.RecordedAsOf, moment.EffectiveOn), context.GetCaller(), context.CancellationToken);
}
