using System.Globalization;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

internal sealed partial class QuarantineService(
    QuarantineStore store, QuarantineReplay replay, TimeProvider time, ILogger<QuarantineService> logger)
    : V1.QuarantineService.QuarantineServiceBase
{
    // Types, rules, fields and nodes hold no line breaks.
    private const char Separator = '\n';

    public override async Task<GetQuarantinedRecordResponse> GetQuarantinedRecord(
        GetQuarantinedRecordRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var record = await store.GetAsync(request.Id, caller.Node, context.CancellationToken) ?? throw NotFound(request.Id);

        // The refused record may hold anything, personal data included: only its source gets it back.
        if (record.Source != caller.Node)
        {
            record.Payload = Google.Protobuf.ByteString.Empty;
        }

        return new GetQuarantinedRecordResponse { Record = record };
    }

    public override async Task<ListQuarantinedRecordsResponse> ListQuarantinedRecords(
        ListQuarantinedRecordsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var filter = Visible(context.GetCaller(), request.Source, request.Type, request.Rule) with { State = StateCode.OfFilter(request.State) };
        string[] list = ["records", filter.Source, filter.Type, filter.Rule, StateCode.Of(filter.State)];
        var after = PageToken.Read(request.PageToken, list);
        var (records, total) = await store.ListAsync(
            filter, after.Length == 0 ? long.MaxValue : IdOf(after), size + 1, context.CancellationToken);

        var response = new ListQuarantinedRecordsResponse { TotalSize = total };
        response.Records.Add(records.Take(size));
        if (records.Count > size)
        {
            response.NextPageToken = PageToken.Write(TextOf(records[size - 1].Id), list);
        }

        return response;
    }

    public override async Task<ListQuarantineGroupsResponse> ListQuarantineGroups(
        ListQuarantineGroupsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var filter = Visible(context.GetCaller(), request.Source, request.Type, request.Rule);
        string[] list = ["groups", filter.Source, filter.Type, filter.Rule];
        var after = PageToken.Read(request.PageToken, list);
        var (groups, total) = await store.ListGroupsAsync(
            filter, after.Length == 0 ? ["", "", "", ""] : after.Split(Separator), size + 1, context.CancellationToken);

        var response = new ListQuarantineGroupsResponse { TotalSize = total };
        response.Groups.Add(groups.Take(size));
        if (groups.Count > size)
        {
            var last = groups[size - 1];
            response.NextPageToken = PageToken.Write(string.Join(Separator, last.Type, last.Rule, last.Field, last.Source), list);
        }

        return response;
    }

    public override async Task<DiscardQuarantinedRecordsResponse> DiscardQuarantinedRecords(
        DiscardQuarantinedRecordsRequest request, ServerCallContext context)
    {
        QuarantineRequests.Check(request);
        var caller = context.GetCaller();
        await DemandAsync(request.Ids, caller.Node, context.CancellationToken);
        var discarded = await store.DiscardAsync(
            request.Ids, request.Reason, caller.Name, time.GetUtcNow().UtcDateTime, context.CancellationToken);
        Log.Discarded(logger, discarded, caller.Name);
        return new DiscardQuarantinedRecordsResponse { Discarded = discarded };
    }

    public override async Task<ReplayQuarantinedRecordsResponse> ReplayQuarantinedRecords(
        ReplayQuarantinedRecordsRequest request, ServerCallContext context)
    {
        QuarantineRequests.Check(request);
        var caller = context.GetCaller();
        PushRules.EnsureSource(caller, request.Source.Length == 0 ? caller.Node : request.Source);
        var ids = request.Ids.Distinct().ToList();
        var states = await DemandAsync(ids, caller.Node, context.CancellationToken);

        string[] list = ["replay", caller.Node, request.Type, request.Rule, .. ids.Select(TextOf)];
        var after = PageToken.Read(request.PageToken, list);
        var items = await replay.SelectAsync(
            new QuarantineFilter(caller.Node, request.Type, request.Rule),
            ids,
            after.Length == 0 ? 0 : IdOf(after),
            QuarantineRequests.MaxIds + 1,
            context.CancellationToken);
        var isCut = items.Count > QuarantineRequests.MaxIds;
        var page = isCut ? items[..^1] : items;

        var response = await replay.RunAsync(caller, page, context.CancellationToken);
        response.Skipped += states.Values.Count(isOpen => !isOpen);
        response.NextPageToken = isCut ? PageToken.Write(TextOf(page[^1].Id), list) : "";
        Log.Replayed(logger, page.Count, response.Counts.Quarantined, caller.Name);
        return response;
    }

    /// <summary>What a caller may list: everything, or that of the own node.</summary>
    private static QuarantineFilter Visible(Caller caller, string source, string type, string rule) =>
        caller.VisibleSource(source) is { } visible ? new QuarantineFilter(visible, type, rule) : QuarantineFilter.Nothing;

    /// <summary>Whether each of the changes is open.</summary>
    /// <exception cref="RpcException">One of them does not exist, or the caller may not see it.</exception>
    private async Task<Dictionary<long, bool>> DemandAsync(IReadOnlyCollection<long> ids, string node, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var states = await store.StatesOfAsync(ids, node, cancellationToken);
        foreach (var id in ids)
        {
            if (!states.ContainsKey(id))
            {
                throw NotFound(id);
            }
        }

        return states;
    }

    private static RpcException NotFound(long id) => HubErrors.Of(ErrorReason.QuarantineNotFound, ("id", TextOf(id)));

    private static string TextOf(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static long IdOf(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static partial class Log
    {
        // Without the reason: people write what they like into it.
        [LoggerMessage(LogLevel.Information, "Discarded {Discarded} quarantined change(s), by {By}")]
        public static partial void Discarded(ILogger logger, int discarded, string by);

        [LoggerMessage(LogLevel.Information, "Replayed {Replayed} quarantined change(s), {Wrong} still wrong, by {By}")]
        public static partial void Replayed(ILogger logger, int replayed, long wrong, string by);
    }
}
