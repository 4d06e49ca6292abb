using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Query.Aggregation;

internal sealed class AggregateService(EntityTypes types, AggregateReader aggregates, CellReader cells, GivenRecords given) : V1.AggregateService.AggregateServiceBase
{
    private const char KeyEnd = '\n';

    public override async Task<AggregateRecordsResponse> AggregateRecords(AggregateRecordsRequest request, ServerCallContext context)
    {
        var plan = AggregatePlan.Read(request, Find(request.Type), types, context.GetCaller());
        return await aggregates.ReadAsync(plan, request, context.CancellationToken);
    }

    public override async Task<ListCellRecordsResponse> ListCellRecords(ListCellRecordsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var cell = CellToken.Read(request.Drill);
        var type = Find(cell.Request.Type);
        var plan = AggregatePlan.Read(cell.Request, type, types, context.GetCaller());
        if (plan.IsProtected)
        {
            throw HubErrors.Of(ErrorReason.StatisticalRecords, ("type", type.Id));
        }

        string[] list = ["cell", request.Drill];
        var last = PageToken.Read(request.PageToken, list).Split(KeyEnd);
        var after = last is [var key, var source] ? (key, source) : ("", "");
        var records = await cells.ListAsync(plan, cell, after, size + 1, context.CancellationToken);

        var response = new ListCellRecordsResponse();
        response.Records.Add(records.Take(size));
        await given.AddAsync(context, response.Records, new ReadScope(type, cell.Request.Source));
        if (records.Count > size)
        {
            response.NextPageToken = PageToken.Write($"{records[size - 1].Key}{KeyEnd}{records[size - 1].Source}", list);
        }

        return response;
    }

    private EntityType Find(string id) => types.Demand(id);
}
