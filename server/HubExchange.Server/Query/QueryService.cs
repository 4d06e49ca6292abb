using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;

namespace HubExchange.Server.Query;

internal sealed class QueryService(EntityTypes types, RecordReader reader, RecordHistory history) : V1.QueryService.QueryServiceBase
{
    public override async Task<GetRecordResponse> GetRecord(GetRecordRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        var key = NormalizeKey(type, request.Key);
        CheckSource(request.Source, mayBeEvery: false);
        var record = await reader.GetAsync(
            type,
            key,
            request.Source,
            ReadTime.Of(request.RecordedAsOf, request.EffectiveOn),
            context.GetCaller(),
            ReadMask.Of(request.ReadMask, type),
            context.CancellationToken);
        return record is null
            ? throw HubErrors.Of(ErrorReason.RecordNotFound, ("type", type.Id), ("key", key))
            : new GetRecordResponse { Record = record };
    }

    public override async Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        CheckSource(request.Source, mayBeEvery: true);
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
        var key = NormalizeKey(type, request.Key);
        CheckSource(request.Source, mayBeEvery: true);
        var size = PageToken.SizeOf(request.PageSize);
        string[] list = ["history", type.Id, key, request.Source];
        var page = await history.ListAsync(
            type, key, request.Source, ListCursor.Read(request.PageToken, list), size, context.GetCaller(), context.CancellationToken);
        return page.Versions.Count == 0 && request.PageToken.Length == 0
            ? throw HubErrors.Of(ErrorReason.RecordNotFound, ("type", type.Id), ("key", key))
            : new ListRecordHistoryResponse { Versions = { page.Versions }, NextPageToken = page.Last?.Write(list) ?? "" };
    }

    private EntityType Find(string id) => id == RecordRows.EverySource
        ? throw HubErrors.InvalidRequest(new FieldProblem(
            "type", "每次只能查询一种数据,不支持“-”;可用 hubctl catalog 查看全部类型", "a read is of one type, '-' is not supported; hubctl catalog lists the types"))
        : types.Demand(id);

    private static void CheckSource(string source, bool mayBeEvery)
    {
        if (source == RecordRows.EverySource && !mayBeEvery)
        {
            throw HubErrors.InvalidRequest(new FieldProblem(
                "source", "查询单条记录时应写明节点或留空;各节点所报请用列表", "a node or nothing; list the records to see what every node reported"));
        }

        if (source.Contains('\0', StringComparison.Ordinal))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("source", "不允许空字符", "must not contain U+0000"));
        }
    }

    // A lower-case USCC finds its record just as it is accepted when pushed.
    private static string NormalizeKey(EntityType type, string key) =>
        key.Contains('\0', StringComparison.Ordinal)
            ? throw HubErrors.InvalidRequest(new FieldProblem("key", "不允许空字符", "must not contain U+0000"))
            : type.Key is [{ IsCode: true }] ? CanonicalText.OfCode(key) : CanonicalText.Of(key);
}
