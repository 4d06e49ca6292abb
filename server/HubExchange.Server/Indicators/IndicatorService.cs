using System.Data;
using Google.Protobuf;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;

namespace HubExchange.Server.Indicators;

internal sealed class IndicatorService(
    EntityTypes types, ScorecardReader scorecards, IndicatorRecordReader records, IndicatorCheck check, OperatorWriter writer, RecordReader reader, GivenRecords given)
    : Mechanism.V1.IndicatorService.IndicatorServiceBase
{
    public override Task<GetScorecardResponse> GetScorecard(GetScorecardRequest request, ServerCallContext context) =>
        scorecards.ReadAsync(request, context.GetCaller(), context.CancellationToken);

    public override async Task<ListIndicatorRecordsResponse> ListIndicatorRecords(ListIndicatorRecordsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        string[] list = ["indicator", request.IndicatorId, request.Term, request.PlaceId, time.ToString()];
        var after = PageToken.Read(request.PageToken, list);
        EntityType type;
        List<Record> page;
        try
        {
            (type, page) = await records.ListAsync(request, time, after, size + 1, context.GetCaller(), context.CancellationToken);
        }
        catch (Exception e) when (FilterErrors.Of(e) is { } error)
        {
            throw error;
        }

        var response = new ListIndicatorRecordsResponse
        {
            Records = { page.Take(size) },
            NextPageToken = page.Count > size ? PageToken.Write(page[size - 1].Key, list) : "",
        };
        await given.AddAsync(context, response.Records, new ReadScope(type));
        return response;
    }

    public override async Task<PreviewIndicatorResponse> PreviewIndicator(PreviewIndicatorRequest request, ServerCallContext context)
    {
        var definition = DefinitionOf(request.Definition);
        writer.Check(types.Of<IndicatorDefinition>(), ChangeOf(definition), FieldOf, check.Problems(definition));
        var day = ReadTime.Of(null, request.EffectiveOn).EffectiveOn;
        var (row, current) = await scorecards.PreviewAsync(definition, day, context.GetCaller(), context.CancellationToken) ?? throw NotFound(definition.IndicatorId);
        return new PreviewIndicatorResponse { Row = row, Current = current };
    }

    public override async Task<SaveIndicatorDefinitionResponse> SaveIndicatorDefinition(
        SaveIndicatorDefinitionRequest request, ServerCallContext context)
    {
        var definition = DefinitionOf(request.Definition);
        var type = types.Of<IndicatorDefinition>();
        await writer.SaveAsync(
            type, ChangeOf(definition), context.GetCaller(), FieldOf, check.Problems(definition), context.CancellationToken);
        var record = await reader.GetAsync(
            type, definition.IndicatorId, "", ReadTime.Current, context.GetCaller(), null, context.CancellationToken);
        return new SaveIndicatorDefinitionResponse { Record = record };
    }

    /// <summary>The error for an indicator that has no target or no such term.</summary>
    public static RpcException NotFound(string indicator) => HubErrors.Of(ErrorReason.IndicatorNotFound, ("indicator", indicator));

    private static IndicatorDefinition DefinitionOf(IndicatorDefinition? definition) =>
        definition ?? throw HubErrors.InvalidRequest(new FieldProblem("definition", "不能为空", "is required"));

    private static Change ChangeOf(IndicatorDefinition definition) => new() { Record = definition.ToByteString() };

    private static string FieldOf(string field) => $"definition.{field}";
}
