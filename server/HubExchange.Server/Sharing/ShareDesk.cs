using System.Globalization;
using Google.Protobuf.Collections;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Calendars;
using HubExchange.Server.Errors;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Sharing;

/// <summary>Decides whether a caller may move a share request on, and what becomes of it and its terms.</summary>
internal sealed class ShareDesk(ShareStore store, CalendarReader calendars, HubIdentity identity, TimeProvider time)
{
    private const string ConsentPermission = "share.consent";
    private const int MaxReason = 400;
    private const int MaxPapers = 20;
    private const int MaxPaper = 200;
    private const int MaxConsent = 100;

    /// <summary>Moves a share request on.</summary>
    /// <exception cref="RpcException">SHARE_NOT_FOUND, SHARE_ACTION_DENIED, SHARE_STATE, SHARE_RULE_MISSING, CALENDAR_MISSING, REQUEST_INVALID.</exception>
    public async Task MoveAsync(MoveShareRequestRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var move = ShareMove.Of(request.Action)
            ?? throw HubErrors.InvalidRequest(new FieldProblem("action", "调用方不能执行该操作", "callers do not take this action"));
        RequestRules.Ensure(
        [
            .. RequestRules.Text("reason", request.Reason, MaxReason, move.NeedsReason, allowLines: true),
            .. request.Action == ShareAction.AskPapers ? ProblemsOf(request.Papers) : [],
            .. request.Action == ShareAction.Extend ? ProblemsOf(request.Extension ?? new ShareExtension()) : [],
        ]);
        try
        {
            var isThere = await store.MoveAsync(
                request.Id, caller.Node, (row, connection) => DecideAsync(request, move, row, caller, connection, cancellationToken), cancellationToken);
            if (!isThere)
            {
                throw NotFound(request.Id);
            }
        }
        catch (CalendarMissingException missing)
        {
            throw missing.ToError();
        }
    }

    /// <summary>The error for a share request that is not there.</summary>
    public static RpcException NotFound(long id) => HubErrors.Of(ErrorReason.ShareNotFound, ("id", TextOf(id)));

    private async Task<MovedShare> DecideAsync(
        MoveShareRequestRequest request, ShareMove move, ShareRow row, Caller caller, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = ChinaTime.DayOf(now);
        EnsureParty(request, move, row, caller);
        EnsureState(request, move, row, today);
        var after = row with { State = ShareCode.Of(move.To), PausedOn = null };
        after = request.Action switch
        {
            ShareAction.AskPapers => after with { PausedOn = today, Papers = [.. request.Papers] },
            ShareAction.SupplyPapers => Later(after, row.PausedOn!.Value, today, await calendars.ReadAsync(connection, cancellationToken)),
            ShareAction.Grant => await GrantAsync(after, today, connection, cancellationToken),
            ShareAction.Refuse => after with { AnsweredOn = today },
            ShareAction.Extend => await ExtendAsync(request, after, today, connection, cancellationToken),
            ShareAction.Deliver => after with { DeliveredOn = today },
            _ => after,
        };
        return new MovedShare(after, row.State, request.Action, caller.Name, request.Reason, now.UtcDateTime);
    }

    // As many working days later as the clock stood still.
    private static ShareRow Later(ShareRow row, DateOnly pausedOn, DateOnly today, WorkingDays days) => row with
    {
        AnswerAmberOn = FindingTerm.Later(row.AnswerAmberOn, pausedOn, today, days),
        AnswerDueOn = FindingTerm.Later(row.AnswerDueOn, pausedOn, today, days),
    };

    private async Task<ShareRow> GrantAsync(ShareRow row, DateOnly today, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rule = await ShareRule.DemandAsync(row.RuleSet, ShareRule.Delivery, row.Share, today, connection, cancellationToken);
        var (amberOn, dueOn) = rule.From(today, await calendars.ReadAsync(connection, cancellationToken));

        // Another term begins.
        return row with { AnsweredOn = today, DeliveryAmberOn = amberOn, DeliveryDueOn = dueOn, OverdueOn = null };
    }

    private async Task<ShareRow> ExtendAsync(
        MoveShareRequestRequest request, ShareRow row, DateOnly today, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rule = await ShareRule.FindAsync(row.RuleSet, ShareRule.Extension, row.Share, row.ReceivedOn, connection, cancellationToken)
            ?? throw StateError(row, request.Action, $"规则集 {row.RuleSet} 不允许此类答复延期", $"rule set {row.RuleSet} extends no answers of this kind");
        var consent = request.Extension;
        var consentedOn = DayOf(consent.ConsentedOn)!.Value;
        RequestRules.Ensure(
        [
            .. consent.Days <= rule.Days
                ? []
                : new[] { new FieldProblem("extension.days", $"最多延长 {rule.Days} 个工作日", $"is more than {rule.Days} working days") },
            .. consentedOn <= today && consentedOn >= row.ReceivedOn
                ? []
                : new[] { new FieldProblem("extension.consented_on", "应在收到申请之日与今天之间", "lies between the receipt and today") },
        ]);
        var days = await calendars.ReadAsync(connection, cancellationToken);
        return row with
        {
            AnswerAmberOn = days.Add(row.AnswerAmberOn, consent.Days),
            AnswerDueOn = days.Add(row.AnswerDueOn, consent.Days),
            ExtensionDays = consent.Days,
            ConsentedBy = consent.ConsentedBy,
            ConsentedOn = consentedOn,
            ConsentDocument = consent.DocumentNumber,
        };
    }

    private void EnsureParty(MoveShareRequestRequest request, ShareMove move, ShareRow row, Caller caller)
    {
        // People of the bureau are the office, and the operator's node, too.
        var isOffice = caller.May(ConsentPermission);
        var (isAllowed, party) = move.Party switch
        {
            ShareParty.Asker => (IsOf(row.Asker), $"ASKER {row.Asker}"),
            ShareParty.Provider => (IsOf(row.Provider), $"PROVIDER {row.Provider}"),
            _ => (isOffice, "OFFICE"),
        };
        if (!isAllowed)
        {
            throw HubErrors.Of(
                ErrorReason.ShareActionDenied, ("id", TextOf(row.Id)), ("action", ShareCode.Of(request.Action)), ("party", party));
        }

        bool IsOf(string node) => caller.Node == node || (isOffice && node == identity.Options.OperatorNode);
    }

    private static void EnsureState(MoveShareRequestRequest request, ShareMove move, ShareRow row, DateOnly today)
    {
        var (zh, en) = request switch
        {
            _ when request.Revision != 0 && request.Revision != row.Revision => ("已被他人办理", "somebody else has moved it on"),
            _ when !move.From.Contains(ShareCode.State(row.State)) => ShareMove.TextOf(ShareCode.State(row.State)),
            { Action: ShareAction.AskPapers } when row.Papers.Length > 0 =>
                ("补正内容应一次性告知,已告知过", "missing papers are named all at once, and they were named already"),
            { Action: ShareAction.Extend } when row.ExtensionDays is not null => ("已延期过一次,不能再次延期", "it was extended once already"),
            { Action: ShareAction.Extend } when today > row.AnswerDueOn => ("答复期限已过,不能再延期", "its term has passed, so it cannot be extended any more"),
            _ => ("", ""),
        };
        if (zh.Length > 0)
        {
            throw StateError(row, request.Action, zh, en);
        }
    }

    private static RpcException StateError(ShareRow row, ShareAction action, string zh, string en) => HubErrors.Of(
        ErrorReason.ShareState,
        ("id", TextOf(row.Id)), ("state", row.State), ("action", ShareCode.Of(action)), ("problem_zh", zh), ("problem", en));

    private static IEnumerable<FieldProblem> ProblemsOf(RepeatedField<string> papers) =>
    [
        .. papers.Count is > 0 and <= MaxPapers
            ? []
            : new[] { new FieldProblem("papers", $"应一次列全,1 至 {MaxPapers} 项", $"names all that is missing, 1 to {MaxPapers}") },
        .. papers.SelectMany(paper => RequestRules.Text("papers", paper, MaxPaper)),
    ];

    private static IEnumerable<FieldProblem> ProblemsOf(ShareExtension extension) =>
    [
        .. extension.Days > 0 ? [] : new[] { new FieldProblem("extension.days", "必填,延长的工作日数", "is required: working days, more than 0") },
        .. RequestRules.Text("extension.consented_by", extension.ConsentedBy, MaxConsent),
        .. DayOf(extension.ConsentedOn) is not null
            ? []
            : new[] { new FieldProblem("extension.consented_on", "必填,主管部门同意的日期,形如 2026-03-01", "is required: the day of the consent, like 2026-03-01") },
        .. RequestRules.Text("extension.document_number", extension.DocumentNumber, MaxConsent),
    ];

    private static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string TextOf(long id) => id.ToString(CultureInfo.InvariantCulture);
}
