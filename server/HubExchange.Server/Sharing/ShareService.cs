using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Sharing;

internal sealed partial class ShareService(ShareStore store, ShareIntake intake, ShareDesk desk, TimeProvider time, ILogger<ShareService> logger)
    : V1.ShareService.ShareServiceBase
{
    public override async Task<CreateShareRequestResponse> CreateShareRequest(CreateShareRequestRequest request, ServerCallContext context)
    {
        var id = await intake.SubmitAsync(request, context.GetCaller(), context.CancellationToken);
        Log.Submitted(logger, id, request.Type, context.GetCaller().Name);
        return new CreateShareRequestResponse { ShareRequest = await DemandAsync(id, context) };
    }

    public override async Task<ListShareRequestsResponse> ListShareRequests(ListShareRequestsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var node = context.GetCaller().Node;
        string[] list =
        [
            "share-requests", node, request.Asker, request.Provider, request.Type, ShareCode.Of(request.State), FindingCode.Of(request.Light),
            request.WithClosed ? "closed" : "",
        ];
        var after = PageToken.Read(request.PageToken, list);
        var (rows, total) = await store.ListAsync(
            request, node, Today, after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture), size + 1, context.CancellationToken);
        return new ListShareRequestsResponse
        {
            ShareRequests = { rows.Take(size).Select(ShareMessages.Of) },
            NextPageToken = rows.Count > size ? PageToken.Write(rows[size - 1].Id.ToString(CultureInfo.InvariantCulture), list) : "",
            TotalSize = total,
        };
    }

    public override async Task<GetShareRequestResponse> GetShareRequest(GetShareRequestRequest request, ServerCallContext context) => new()
    {
        ShareRequest = await DemandAsync(request.Id, context),
        Events = { (await store.ListEventsAsync(request.Id, context.CancellationToken)).Select(ShareMessages.Of) },
    };

    public override async Task<MoveShareRequestResponse> MoveShareRequest(MoveShareRequestRequest request, ServerCallContext context)
    {
        await desk.MoveAsync(request, context.GetCaller(), context.CancellationToken);
        Log.Moved(logger, request.Id, request.Action, context.GetCaller().Name);
        return new MoveShareRequestResponse { ShareRequest = await DemandAsync(request.Id, context) };
    }

    private DateOnly Today => ChinaTime.Today(time);

    private async Task<ShareRequest> DemandAsync(long id, ServerCallContext context) =>
        await store.GetAsync(id, context.GetCaller().Node, Today, context.CancellationToken) is { } row
            ? ShareMessages.Of(row)
            : throw ShareDesk.NotFound(id);

    private static partial class Log
    {
        // Without the reasons: people write what they like into them.
        [LoggerMessage(LogLevel.Information, "Share request {Id} for {Type} submitted by {By}")]
        public static partial void Submitted(ILogger logger, long id, string type, string by);

        [LoggerMessage(LogLevel.Information, "Share request {Id}: {Action} by {By}")]
        public static partial void Moved(ILogger logger, long id, ShareAction action, string by);
    }
}
