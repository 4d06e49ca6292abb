using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;

namespace HubExchange.Server.Query;

internal sealed class QueryService(EntityTypes types, RecordReader reader) : V1.QueryService.QueryServiceBase
{
    public override async Task<GetRecordResponse> GetRecord(GetRecordRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        var key = NormalizeKey(type, request.Key);
        var record = await reader.GetAsync(
            type,
            key,
            request.Source,
            ReadTime.Of(request.RecordedAsOf, request.EffectiveOn),
            new ReadAccess(context.GetCaller(), type),
            context.CancellationToken);
        return record is null
            ? throw HubErrors.Of(ErrorReason.RecordNotFound, ("type", type.Id), ("key", key))
            : new GetRecordResponse { Record = record };
    }

    public override async Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context)
    {
        var type = Find(request.Type);
        var size = PageToken.SizeOf(request.PageSize);
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        string[] list = [type.Id, request.Filter, request.Source, time.ToString()];
        var after = PageToken.Read(request.PageToken, list);

        List<Record> records;
        try
        {
            // One more than the page tells whether another follows.
            records = await reader.ListAsync(
                type,
                FilterParser.Parse(request.Filter),
                request.Source,
                time,
                after,
                size + 1,
                new ReadAccess(context.GetCaller(), type),
                context.CancellationToken);
        }
        catch (FilterException e)
        {
            throw HubErrors.Of(
                ErrorReason.FilterInvalid,
                ("position", e.Position.ToString(CultureInfo.InvariantCulture)),
                ("problem", e.En),
                ("problem_zh", e.Zh));
        }
        catch (FieldNotReadableException e)
        {
            throw HubErrors.Of(ErrorReason.FieldNotReadable, ("field", e.Field));
        }

        var response = new ListRecordsResponse();
        response.Records.Add(records.Take(size));
        if (records.Count > size)
        {
            response.NextPageToken = PageToken.Write(records[size - 1].Key, list);
        }

        return response;
    }

    private EntityType Find(string id) => types.Find(id) ?? throw HubErrors.Of(ErrorReason.TypeUnknown, ("type", id));

    // A lower-case USCC finds its record just as it is accepted when pushed.
    private static string NormalizeKey(EntityType type, string key) =>
        key.Contains('\0', StringComparison.Ordinal)
            ? throw HubErrors.InvalidRequest(new FieldProblem("key", "不允许空字符", "must not contain U+0000"))
            : type.Key is [{ IsCode: true }] ? CanonicalText.OfCode(key) : CanonicalText.Of(key);
}
