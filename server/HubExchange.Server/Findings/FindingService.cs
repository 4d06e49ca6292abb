using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Findings;

internal sealed partial class FindingService(
    FindingStore store, FindingDesk desk, FindingCorrections corrections, EvidenceReader evidence, RecordReader records, EntityTypes types, HubStorage storage,
    HubIdentity identity, TimeProvider time, ILogger<FindingService> logger)
    : V1.FindingService.FindingServiceBase
{
    public override async Task<RaiseFindingResponse> RaiseFinding(RaiseFindingRequest request, ServerCallContext context)
    {
        var type = types.Demand(request.Type);
        RequestRules.Ensure(
        [
            .. RequestRules.Text("observed", request.Observed, 400, isRequired: false),
            .. RequestRules.Text("expected", request.Expected, 400, isRequired: false),
            .. RequestRules.Text("reason", request.Reason, 1_000, allowLines: true),
            .. request.Field.Length == 0 || type.Find(request.Field) is not null
                ? []
                : new[] { new FieldProblem("field", $"类型 {type.Id} 没有该字段", $"type {type.Id} has no such field") },
        ]);
        var caller = context.GetCaller();
        var record = await records.GetAsync(type, request.Key, request.Source, ReadTime.Current, caller, null, context.CancellationToken);
        if (record is null || record.CutFields.Contains(request.Field))
        {
            throw HubErrors.Of(ErrorReason.RecordNotFound, ("type", type.Id), ("key", request.Key));
        }

        await using var connection = await storage.DataSource.OpenConnectionAsync(context.CancellationToken);
        var said = await evidence.ReadAsync(type, request.Key, request.Field, connection, context.CancellationToken);
        var source = SourceOf(record, request.Field);
        var id = await store.RaiseAsync(
            new
            {
                fingerprint = string.Join('|', caller.Node.Length > 0 ? caller.Node : caller.Name, type.Id, request.Key, request.Field, source),
                zh = $"{type.Label}的{LabelOf(type, request.Field)}存疑",
                en = $"{(request.Field.Length == 0 ? "The record" : request.Field)} of {type.Id} is doubted",
                type = type.Id,
                request.Key,
                request.Field,
                source,
                owner = source,
                by = caller.Name,
                node = caller.Node,
                at = time.GetUtcNow().UtcDateTime,
                observed = request.Observed.Length > 0 ? request.Observed : said.Find(row => row.Source == source)?.Value ?? "",
                request.Expected,
                evidence = FindingRow.Write(said),
                request.Reason,
            },
            context.CancellationToken);
        Log.Raised(logger, id, type.Id, caller.Name);
        return new RaiseFindingResponse { Finding = await DemandAsync(id, context) };
    }

    public override async Task<ListFindingsResponse> ListFindings(ListFindingsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var node = context.GetCaller().Node;
        string[] list =
        [
            "findings", node, request.Rule, request.Type, request.Key, request.Owner, request.Source, FindingCode.Of(request.Dimension), FindingCode.Of(request.Origin), FindingCode.Of(request.State),
            FindingCode.Of(request.Light), request.WithClosed ? "closed" : "", request.WithOrder ? "order" : "",
        ];
        var after = PageToken.Read(request.PageToken, list);
        var (rows, total) = await store.ListAsync(
            request, node, Today, after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture), size + 1, context.CancellationToken);
        return new ListFindingsResponse
        {
            Findings = { rows.Take(size).Select(FindingMessages.Of) },
            NextPageToken = rows.Count > size ? PageToken.Write(rows[size - 1].Id.ToString(CultureInfo.InvariantCulture), list) : "",
            TotalSize = total,
        };
    }

    public override async Task<ListFindingGroupsResponse> ListFindingGroups(ListFindingGroupsRequest request, ServerCallContext context) => new()
    {
        Groups = { await store.ListGroupsAsync(request, context.GetCaller().Node, Today, context.CancellationToken) },
    };

    public override async Task<GetFindingResponse> GetFinding(GetFindingRequest request, ServerCallContext context)
    {
        var finding = await DemandAsync(request.Id, context);
        var until = ReadTime.Of(request.RecordedAsOf, "").RecordedAsOf;
        var events = await store.ListEventsAsync(request.Id, until ?? DateTime.MaxValue.ToUniversalTime(), context.CancellationToken);
        if (until is not null)
        {
            finding = events is [.., var last] ? FindingMessages.Of(FindingRow.Read(last.After)) : throw FindingDesk.NotFound(request.Id);
        }

        var response = new GetFindingResponse { Finding = finding, Events = { events.Select(FindingMessages.Of) } };
        if (until is null)
        {
            response.Holders.AddRange(await corrections.ReadAsync(finding, context.GetCaller(), context.CancellationToken));
        }

        return response;
    }

    public override async Task<MoveFindingResponse> MoveFinding(MoveFindingRequest request, ServerCallContext context)
    {
        await desk.MoveAsync(request, context.GetCaller(), context.CancellationToken);
        Log.Moved(logger, request.Id, request.Action, context.GetCaller().Name);
        return new MoveFindingResponse { Finding = await DemandAnyAsync(request.Id, context) };
    }

    private DateOnly Today => ChinaTime.Today(time);

    private async Task<Finding> DemandAsync(long id, ServerCallContext context) =>
        await store.GetAsync(id, context.GetCaller().Node, Today, context.CancellationToken) is { } row
            ? FindingMessages.Of(row)
            : throw FindingDesk.NotFound(id);

    // Whoever has just handed a finding to somebody else gets it a last time.
    private async Task<Finding> DemandAnyAsync(long id, ServerCallContext context) =>
        FindingMessages.Of((await store.GetAsync(id, "", Today, context.CancellationToken))!);

    // The node that a field of a consolidated record comes from.
    private string SourceOf(Record record, string field) =>
        record.Source != EntityTable.HubSource ? record.Source
        : record.Provenance.TryGetValue(field, out var source) ? source
        : record.Provenance.Values.FirstOrDefault(identity.Options.OperatorNode);

    private static string LabelOf(Contracts.Entities.EntityType type, string field) => field.Length == 0 ? "记录" : type.Find(field)!.Label;

    private static partial class Log
    {
        // Without the reasons: people write what they like into them.
        [LoggerMessage(LogLevel.Information, "Finding {Id} about {Type} raised by {By}")]
        public static partial void Raised(ILogger logger, long id, string type, string by);

        [LoggerMessage(LogLevel.Information, "Finding {Id}: {Action} by {By}")]
        public static partial void Moved(ILogger logger, long id, FindingAction action, string by);
    }
}
