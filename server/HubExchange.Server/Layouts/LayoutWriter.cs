using System.Globalization;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Query;
using HubExchange.Server.Signals;
using HubExchange.V1;

namespace HubExchange.Server.Layouts;

/// <summary>
/// Saves layouts the way every record gets into the hub: as a change of type <c>region.layout</c>, checked by the same rules, with
/// versions, consolidation and feed. What only a layout as a whole can get wrong is checked before.
/// </summary>
internal sealed partial class LayoutWriter(
    EntityTypes types,
    LayoutReader layouts,
    ChangeReader reader,
    FrameWriter writer,
    HubIdentity identity,
    DiskWatch disk,
    TimeProvider time,
    ILogger<LayoutWriter> logger)
{
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem; what pushes are refused for.</exception>
    public async Task<SaveLayoutResponse> SaveAsync(SaveLayoutRequest request, Caller caller, CancellationToken cancellationToken)
    {
        disk.EnsureSpace();
        var definition = DefinitionOf(request.Layout ?? new LayoutDraft());
        var type = types.Of<LayoutDefinition>();
        var change = reader.Read(
            type, [new Change { Record = definition.ToByteString(), EffectiveFrom = request.EffectiveFrom }])[0];

        var day = DateOnly.TryParseExact(request.EffectiveFrom, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var given)
            ? given
            : ChinaTime.Today(time);
        var current = await layouts.ReadBookAsync(ReadTime.Current, cancellationToken);
        List<FieldProblem> problems =
        [
            .. change.Violations.Where(violation => violation.Severity == Severity.Error)
                .Select(violation => new FieldProblem(FieldOf(violation.Field), violation.MessageZh, violation.MessageEn)),
            .. LayoutCheck.Problems(definition, current),
        ];
        if (problems.Count > 0)
        {
            throw HubErrors.InvalidRequest([.. problems]);
        }

        var response = new SaveLayoutResponse { Layout = LayoutReader.Outline(definition), Unchanged = request.ValidateOnly };
        if (request.ValidateOnly)
        {
            return response;
        }

        // The bureau works for the node of the operator, which alone has authority over layouts.
        var source = caller with { Node = identity.Options.OperatorNode, Kind = NodeKind.Center };
        var result = await writer.WriteAsync(new FrameWrite(type, source, null, 0, [], [change]), cancellationToken);
        if (result.Rejected.Count > 0)
        {
            throw HubErrors.InvalidRequest([.. result.Rejected.SelectMany(rejected => rejected.Violations)
                .Select(violation => new FieldProblem(FieldOf(violation.Field), violation.MessageZh, violation.MessageEn))]);
        }

        response.Unchanged = result.Counts.Unchanged > 0;
        Log.Saved(logger, definition.LayoutId, day, caller.Name, response.Unchanged);
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
        [LoggerMessage(LogLevel.Information, "Layout {Layout} saved from {Day} by {Caller}, unchanged: {Unchanged}")]
        public static partial void Saved(ILogger logger, string layout, DateOnly day, string caller, bool unchanged);
    }
}
