using System.Globalization;
using Dapper;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Calendars;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Findings;

/// <summary>Decides whether a caller may move a finding on, and what becomes of it.</summary>
internal sealed class FindingDesk(
    FindingStore store,
    FindingCorrections corrections,
    CalendarReader calendars,
    HubStorage storage,
    EntityTypes types,
    HubIdentity identity,
    NodeRegister nodes,
    TimeProvider time)
{
    private const string DecidePermission = "finding.decide";

    /// <summary>Moves a finding on.</summary>
    /// <exception cref="RpcException">FINDING_NOT_FOUND, FINDING_ACTION_DENIED, FINDING_STATE, NODE_UNKNOWN, CALENDAR_MISSING, REQUEST_INVALID.</exception>
    public async Task MoveAsync(MoveFindingRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var move = FindingMove.Of(request.Action)
            ?? throw HubErrors.InvalidRequest(new FieldProblem("action", "调用方不能执行该操作", "callers do not take this action"));
        RequestRules.Ensure(RequestRules.Text("reason", request.Reason, 400, move.NeedsReason));
        await EnsureOwnerAsync(request, cancellationToken);
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

    /// <summary>The error for a finding that is not there.</summary>
    public static RpcException NotFound(long id) => HubErrors.Of(ErrorReason.FindingNotFound, ("id", TextOf(id)));

    private async Task<MovedFinding> DecideAsync(
        MoveFindingRequest request, FindingMove move, FindingRow row, Caller caller, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        EnsureParty(request, move, row, caller);
        await EnsureStateAsync(request, move, row, connection, cancellationToken);
        var now = time.GetUtcNow();
        var today = ChinaTime.DayOf(now);
        var after = row with
        {
            State = move.To == FindingState.Unspecified ? row.State : FindingCode.Of(move.To),
            Owner = request is { Action: FindingAction.Route, Owner.Length: > 0 } ? request.Owner : row.Owner,
        };
        after = await WithTermAsync(move.Term, after, today, connection, cancellationToken);
        if (request.Action == FindingAction.Supervise)
        {
            after = after with { SupervisionOrder = OrderOf(row), OrderedOn = today };
        }

        if (request.Action == FindingAction.Correct)
        {
            await corrections.NoteAsync(row.Type, [row.Id], now.UtcDateTime, connection, cancellationToken);
        }

        if (request.Action == FindingAction.Reopen)
        {
            after = after with { ReceivedOn = null, AmberOn = null, DueOn = null, SupervisionOrder = "", OrderedOn = null };
        }

        // Whoever leaves the states in which the raiser is asked no longer waits.
        if (move.Term != TermChange.Pause && move.To is not FindingState.Unspecified and not FindingState.Verifying)
        {
            after = after with { PausedOn = null };
        }

        return new MovedFinding(after, row.State, request.Action, caller.Name, request.Reason, now.UtcDateTime);
    }

    /// <summary>Number of the order that is issued for a finding: it and its next revision.</summary>
    public static string OrderOf(FindingRow row) => string.Create(CultureInfo.InvariantCulture, $"DB-{row.Id}-{row.Revision + 1}");

    // A node that is not there would never deal with it.
    private async Task EnsureOwnerAsync(MoveFindingRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Action: FindingAction.Route, Owner.Length: > 0 })
        {
            return;
        }

        if (!Contracts.Validation.Formats.NodeId.HasForm(request.Owner))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("owner", "节点编号应形如 ND-420281", "a node is written like ND-420281"));
        }

        if (!await nodes.ContainsAsync(request.Owner, cancellationToken))
        {
            throw HubErrors.Of(ErrorReason.NodeUnknown, ("node", request.Owner));
        }
    }

    private async Task<FindingRow> WithTermAsync(
        TermChange change, FindingRow row, DateOnly today, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        switch (change)
        {
            case TermChange.Begin:
                var term = FindingTerm.From(today, await calendars.ReadAsync(connection, cancellationToken));
                return row with { ReceivedOn = term.ReceivedOn, AmberOn = term.AmberOn, DueOn = term.DueOn, PausedOn = null, SupervisionOrder = "", OrderedOn = null };
            case TermChange.Pause:
                return row with { PausedOn = today };
            case TermChange.Continue when row is { PausedOn: { } pausedOn, AmberOn: { } amberOn, DueOn: { } dueOn }:
                var days = await calendars.ReadAsync(connection, cancellationToken);
                return row with
                {
                    PausedOn = null,
                    AmberOn = FindingTerm.Later(amberOn, pausedOn, today, days),
                    DueOn = FindingTerm.Later(dueOn, pausedOn, today, days),
                };
            case TermChange.Continue:
                return row with { PausedOn = null };
            default:
                return row;
        }
    }

    private void EnsureParty(MoveFindingRequest request, FindingMove move, FindingRow row, Caller caller)
    {
        var isOperator = caller.May(DecidePermission);
        var isOwner = caller.Node == row.Owner || (isOperator && row.Owner == identity.Options.OperatorNode);
        var isRaiser = row.RaisedByNode.Length == 0 ? isOperator : caller.Node == row.RaisedByNode;
        var (isAllowed, party) = move.Party switch
        {
            FindingParty.Owner => (isOwner, $"OWNER {row.Owner}"),
            FindingParty.Raiser => (isRaiser, $"RAISER {row.RaisedBy}"),
            FindingParty.Operator => (isOperator, "OPERATOR"),
            FindingParty.RaiserOrOperator => (isRaiser || isOperator, $"RAISER {row.RaisedBy}, OPERATOR"),
            FindingParty.OwnerOrOperator => (isOwner || isOperator, $"OWNER {row.Owner}, OPERATOR"),
            _ => throw new InvalidOperationException($"Callers have no part as {move.Party}."),
        };
        if (!isAllowed)
        {
            throw HubErrors.Of(
                ErrorReason.FindingActionDenied, ("id", TextOf(row.Id)), ("action", FindingCode.Of(request.Action)), ("party", party));
        }
    }

    private async Task EnsureStateAsync(
        MoveFindingRequest request, FindingMove move, FindingRow row, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (zh, en) = request switch
        {
            _ when request.Revision != 0 && request.Revision != row.Revision => ("已被他人办理", "somebody else has moved it on"),
            _ when !move.From.Contains(FindingCode.Read<FindingState>(row.State)) => Possible(row),
            { Action: FindingAction.Ask } when row.PausedOn is not null => ("已在等待提出方补充", "the raiser is asked already"),
            { Action: FindingAction.Answer } when row.PausedOn is null => ("没有要求提出方补充", "nobody asks the raiser"),
            { Action: FindingAction.Supervise } when row.SupervisionOrder.Length > 0 => ("已下达督办单", "an order was issued already"),
            { Action: FindingAction.Supervise } when !IsOverdue(row) => ("尚未超期", "it is not overdue"),
            { Action: FindingAction.Correct } when !await IsCorrectedAsync(row, connection, cancellationToken) =>
                ("问题提出后枢纽未收到该记录的新版本", "the hub has no new version of the record since it was raised"),
            _ => ("", ""),
        };
        if (zh.Length > 0)
        {
            throw HubErrors.Of(
                ErrorReason.FindingState,
                ("id", TextOf(row.Id)), ("state", row.State), ("action", FindingCode.Of(request.Action)), ("problem_zh", zh), ("problem", en));
        }
    }

    private static (string Zh, string En) Possible(FindingRow row)
    {
        var (zh, en) = FindingMove.TextOf(FindingCode.Read<FindingState>(row.State));
        return ($"此状态可以:{zh}", $"in this state it takes {en}");
    }

    private bool IsOverdue(FindingRow row) => row.DueOn is { } due && (row.PausedOn ?? ChinaTime.Today(time)) > due;

    // What a check found is judged by the check, when it runs the next time.
    private async Task<bool> IsCorrectedAsync(FindingRow row, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        row.Origin == "RULE" || types.Find(row.Type) is not { } type || await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            $"select exists (select from {storage.TableOf(type).Table} where hub_key = @key and hub_source = @source and hub_recorded_at > @raisedAt)",
            new { row.Key, row.Source, raisedAt = row.RaisedAt.UtcDateTime },
            cancellationToken: cancellationToken));

    private static string TextOf(long id) => id.ToString(CultureInfo.InvariantCulture);
}
