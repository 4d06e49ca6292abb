using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Server.Calendars;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Sharing;

/// <summary>Takes share requests in: what is asked for may be shared at all, and when it has to be answered.</summary>
internal sealed class ShareIntake(
    CalendarReader calendars, HubStorage storage, EntityTypes types, HubIdentity identity, NodeRegister nodes, IOptions<ShareOptions> options, TimeProvider time)
{
    private const int MaxText = 400;
    private const int MaxPerson = 100;

    /// <summary>Submits a request.</summary>
    /// <returns>Its number, or that of the same request if it waits for its answer.</returns>
    /// <exception cref="RpcException">TYPE_UNKNOWN, SHARE_WITHHELD, NODE_UNKNOWN, SHARE_RULE_MISSING, CALENDAR_MISSING, REQUEST_INVALID.</exception>
    public async Task<long> SubmitAsync(CreateShareRequestRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var type = types.Demand(request.Type);
        var asker = caller.Node.Length > 0 ? caller.Node : identity.Options.OperatorNode;
        var now = time.GetUtcNow();
        var today = ChinaTime.DayOf(now);
        var person = request.Person.Length > 0 || caller.Role == Caller.NodeRole ? request.Person : caller.Name;
        RequestRules.Ensure(ProblemsOf(request, type, asker, person, today));
        var share = ShareCode.Of(ShareOf(type, request.Fields));
        if (!await nodes.ContainsAsync(request.Provider, cancellationToken))
        {
            throw HubErrors.Of(ErrorReason.NodeUnknown, ("node", request.Provider));
        }

        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var ruleSet = options.Value.RuleSet;
        var rule = await ShareRule.DemandAsync(ruleSet, ShareRule.Answer, share, today, connection, cancellationToken);
        try
        {
            var (amberOn, dueOn) = rule.From(today, await calendars.ReadAsync(connection, cancellationToken));
            return await ShareStore.AddAsync(
                new
                {
                    fingerprint = FingerprintOf(request, asker),
                    asker,
                    person,
                    request.Provider,
                    type = type.Id,
                    fields = request.Fields.ToArray(),
                    share,
                    request.Basis,
                    request.Purpose,
                    request.Scope,
                    way = ShareCode.Of(request.Way),
                    useUntil = DateOnly.ParseExact(request.UseUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture),
                    ruleSet,
                    receivedOn = today,
                    answerAmberOn = amberOn,
                    answerDueOn = dueOn,
                    at = now.UtcDateTime,
                    by = caller.Name,
                },
                connection,
                cancellationToken);
        }
        catch (CalendarMissingException missing)
        {
            throw missing.ToError();
        }
    }

    private static IEnumerable<FieldProblem> ProblemsOf(
        CreateShareRequestRequest request, EntityType type, string asker, string person, DateOnly today) =>
    [
        .. RequestRules.Text("person", person, MaxPerson),
        .. RequestRules.Text("basis", request.Basis, MaxText, allowLines: true),
        .. RequestRules.Text("purpose", request.Purpose, MaxText, allowLines: true),
        .. RequestRules.Text("scope", request.Scope, MaxText, allowLines: true),
        .. Problem(!NodeId.HasForm(request.Provider), "provider", "节点编号应形如 ND-420281", "a node is written like ND-420281"),
        .. Problem(request.Provider == asker, "provider", "不能向本单位申请", "is the asker itself"),
        .. Problem(request.Way == ShareWay.Unspecified, "way", "必填:服务接口、批量交换或文件下载", "is required: SERVICE, BATCH or FILE"),
        .. Problem(
            !DateOnly.TryParseExact(request.UseUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until) || until < today,
            "use_until", "应为今天或以后的日期,形如 2026-12-31", "is a date like 2026-12-31, today or later"),
        .. request.Fields
            .Where(field => type.Find(field) is null)
            .Select(field => new FieldProblem("fields", $"类型 {type.Id} 没有字段 {field}", $"type {type.Id} has no field {field}")),
        .. Problem(request.Fields.Distinct(StringComparer.Ordinal).Count() < request.Fields.Count, "fields", "字段重复", "a field is named twice"),
    ];

    private static IEnumerable<FieldProblem> Problem(bool isWrong, string field, string zh, string en) =>
        isWrong ? [new FieldProblem(field, zh, en)] : [];

    // The attribute of the type. Fields that not everybody who sees its records may see are shared conditionally at best.
    private static ShareType ShareOf(EntityType type, IReadOnlyCollection<string> fields)
    {
        if (type.Options.Share == ShareType.Withheld)
        {
            throw HubErrors.Of(ErrorReason.ShareWithheld, ("dataset", type.Id), ("basis", type.Options.ShareBasis));
        }

        var classes = fields.Select(field => (Field: field, Class: type.Find(field)!.Options.DataClass)).ToList();
        if (classes.Find(field => field.Class == DataClass.Spi) is { Field: { } sensitive })
        {
            throw HubErrors.Of(
                ErrorReason.ShareWithheld,
                ("dataset", $"{type.Id}.{sensitive}"), ("basis", "敏感个人信息,仅来源可见(个人信息保护法第二十八条) sensitive personal information (PIPL art. 28)"));
        }

        return classes.Exists(field => field.Class is DataClass.Conditional or DataClass.Pi) ? ShareType.Conditional : type.Options.Share;
    }

    // The same node, asking for the same; who writes it there does not matter.
    private static string FingerprintOf(CreateShareRequestRequest request, string asker) => Convert.ToHexString(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new object[]
        {
            asker, request.Provider, request.Type, request.Fields.Order(StringComparer.Ordinal), request.Basis, request.Purpose, request.Scope,
            (int)request.Way, request.UseUntil,
        })));
}
