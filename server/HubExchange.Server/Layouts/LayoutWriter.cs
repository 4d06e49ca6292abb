using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Layouts;

/// <summary>
/// Saves layouts the way every record gets into the hub: as a change of type <c>region.layout</c>, checked by the same rules, with
/// versions, consolidation and feed. What only a layout as a whole can get wrong is checked before.
/// </summary>
internal sealed partial class LayoutWriter(
    EntityTypes types,
    LayoutReader layouts,
    OperatorWriter writer,
    ILogger<LayoutWriter> logger)
{
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem; what pushes are refused for.</exception>
    public async Task<SaveLayoutResponse> SaveAsync(SaveLayoutRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var definition = DefinitionOf(request.Layout ?? new LayoutDraft());
        var change = new Change { Record = definition.ToByteString(), EffectiveFrom = request.EffectiveFrom };
        var current = await layouts.ReadBookAsync(ReadTime.Current, cancellationToken);
        var problems = LayoutCheck.Problems(definition, current);
        var response = new SaveLayoutResponse { Layout = LayoutReader.Outline(definition), Unchanged = request.ValidateOnly };
        if (request.ValidateOnly)
        {
            writer.Check(types.Of<LayoutDefinition>(), change, FieldOf, problems);
            return response;
        }

        var counts = await writer.SaveAsync(types.Of<LayoutDefinition>(), change, caller, FieldOf, problems, cancellationToken);
        response.Unchanged = counts.Unchanged > 0;
        Log.Saved(logger, definition.LayoutId, caller.Name, response.Unchanged);
        return response;
    }

    private static LayoutDefinition DefinitionOf(LayoutDraft draft) => new()
    {
        LayoutId = draft.Id,
        Name = draft.Name,
        IsDefault = draft.IsDefault,
        ValidFrom = draft.ValidFrom,
        ValidTo = draft.ValidTo,
        Zones = { draft.Zones.Select(zone => new LayoutGroup { Id = zone.Id, Name = zone.Name, ZoneIds = { zone.ZoneIds } }) },
        ParkIds = { draft.ParkIds },
        ReportingUnits = { draft.ReportingUnits },
    };

    // The rules speak of the record, the caller of the draft.
    private static string FieldOf(string field) => field == "layout_id" ? "layout.id" : field == "effective_from" ? field : $"layout.{field}";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Layout {Layout} saved by {Caller}, unchanged: {Unchanged}")]
        public static partial void Saved(ILogger logger, string layout, string caller, bool unchanged);
    }
}
