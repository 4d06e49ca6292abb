using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;

namespace HubExchange.Server.Query;

internal sealed class QueryService(EntityTypes types, RecordReader reader, RecordHistory history, GivenRecords given) : V1.QueryService.QueryServiceBase
{
    public override async Task<GetRecordResponse> GetRecord(GetRecordRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        var key = RecordKeys.Normalize(type, request.Key);
        RecordKeys.CheckSource(request.Source);
        if (request.Source == RecordRows.EverySource)
        {
            throw HubErrors.InvalidRequest(new FieldProblem(
                "source", "查询单条记录时应写明节点或留空;各节点所报请用列表", "a node or nothing; list the records to see what every node reported"));
        }

        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        var scope = new ReadScope(type, request.Source, ReadMask.Of(request.ReadMask, type));
        var record = await reader.GetAsync(type, key, request.Source, time, context.GetCaller(), scope.Mask, context.CancellationToken);
        if (record is null)
        {
            throw await NotFoundAsync(scope, key, context);
        }

        await given.AddAsync(context, [record]);
        return new GetRecordResponse { Record = record };
    }

    public override async Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        RecordKeys.CheckSource(request.Source);
        var size = PageToken.SizeOf(request.PageSize);
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        string[] list = [type.Id, request.Filter, request.Source, time.ToString(), request.OrderBy, request.ReadMask?.ToString() ?? ""];
        try
        {
            var query = new ListQuery(
                FilterParser.Parse(request.Filter),
                request.OrderBy,
                request.Source,
                time,
                ListCursor.Read(request.PageToken, list),
                size,
                ReadMask.Of(request.ReadMask, type));
            var page = await reader.ListAsync(type, query, context.GetCaller(), context.CancellationToken);
            await given.AddAsync(context, page.Records, new ReadScope(type, request.Source, query.Mask));
            return new ListRecordsResponse { Records = { page.Records }, NextPageToken = page.Last?.Write(list) ?? "" };
        }
        catch (Exception e) when (FilterErrors.Of(e) is { } error)
        {
            throw error;
        }
    }

    public override async Task<ListRecordHistoryResponse> ListRecordHistory(ListRecordHistoryRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        var key = RecordKeys.Normalize(type, request.Key);
        RecordKeys.CheckSource(request.Source);
        var size = PageToken.SizeOf(request.PageSize);
        string[] list = ["history", type.Id, key, request.Source];
        var page = await history.ListAsync(
            type, key, request.Source, ListCursor.Read(request.PageToken, list), size, context.GetCaller(), context.CancellationToken);
        if (page.Versions.Count == 0 && request.PageToken.Length == 0)
        {
            throw await NotFoundAsync(new ReadScope(type, request.Source), key, context);
        }

        await given.AddAsync(context, [.. page.Versions.Select(version => version.Record)]);
        return new ListRecordHistoryResponse { Versions = { page.Versions }, NextPageToken = page.Last?.Write(list) ?? "" };
    }

    // The audit knows of it where the record may be there and is not for the caller, who is not told the difference.
    private async Task<RpcException> NotFoundAsync(ReadScope scope, string key, ServerCallContext context)
    {
        await given.AddAsync(context, [], scope, HubErrors.NameOf(ErrorReason.RecordNotFound));
        return HubErrors.Of(ErrorReason.RecordNotFound, ("type", scope.Type.Id), ("key", key));
    }

    private EntityType Find(string id) => id == RecordRows.EverySource
        ? throw HubErrors.InvalidRequest(new FieldProblem(
            "type", "每次只能查询一种数据,不支持“-”;可用 hubctl catalog 查看全部类型", "a read is of one type, '-' is not supported; hubctl catalog lists the types"))
        : types.Demand(id);
}
