using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>An aggregate that a caller asks for, checked against the contract and against what the caller may see.</summary>
internal sealed partial record AggregatePlan(
    EntityType Type,
    Caller Caller,
    ReadAccess Access,
    IReadOnlyList<GroupPlan> Groups,
    IReadOnlyList<MeasurePlan> Measures,
    IReadOnlyList<string> Order)
{
    public const int MaxGroups = 4;
    public const int MaxMeasures = 16;

    /// <summary>Small cells are withheld, and the records behind cells are not shown.</summary>
    public bool IsProtected => Access.AggregatesOnly;

    /// <summary>Whose rows it is over; null for everybody's.</summary>
    public string? OwnNode => IsProtected ? null : Access.OwnNode;

    /// <summary>It depends on where records stand.</summary>
    public bool NeedsPlace => Groups.Any(group => group.NeedsPlace);

    /// <summary>It only counts current records by where they stand.</summary>
    public bool CountsStanding =>
        !IsProtected && OwnNode is null && Groups.Count > 0 &&
        Groups.All(group => group.Kind >= GroupKind.Unit) && Measures.All(measure => measure.Function == MeasureFunction.Count);

    /// <summary>The column that tells contributors apart.</summary>
    public string Contributor => $"r.\"{Classifications.RespondentOf(Type)}\"";

    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem, FIELD_NOT_READABLE.</exception>
    public static AggregatePlan Read(AggregateRecordsRequest request, EntityType type, EntityTypes types, Caller caller)
    {
        var access = new ReadAccess(caller, type);
        var problems = new List<FieldProblem>();
        var groups = ReadGroups(request, type, types, caller, access, problems);
        var measures = ReadMeasures(request, type, access, problems);
        var order = ReadOrder(request.OrderBy, groups, measures, problems);
        if (access.AggregatesOnly)
        {
            // What is withheld must not show in which groups are there, nor in their order.
            if (request.Having.Length > 0)
            {
                problems.Add(new FieldProblem("having", "统计调查资料不支持", "is not supported for statistical returns"));
            }

            if (order.Exists(part => part[0] == 'm'))
            {
                problems.Add(new FieldProblem("order_by", "统计调查资料不能按度量排序", "statistical returns cannot be ordered by a measure"));
            }

            // The sums of one source, or of what every source says, less those of consolidated records tell of the others.
            if (request.Source.Length > 0)
            {
                problems.Add(new FieldProblem("source", "统计调查资料只汇总归集后的记录", "aggregates of statistical returns are of consolidated records only"));
            }
        }

        return problems.Count > 0
            ? throw HubErrors.InvalidRequest([.. problems])
            : new AggregatePlan(type, caller, access, groups, measures, [.. order, .. groups.Select(group => group.OrderBy)]);
    }

    private static List<GroupPlan> ReadGroups(
        AggregateRecordsRequest request, EntityType type, EntityTypes types, Caller caller, ReadAccess access, List<FieldProblem> problems)
    {
        if (request.Groups.Count > MaxGroups)
        {
            problems.Add(new FieldProblem("groups", $"最多 {MaxGroups} 个", $"at most {MaxGroups}"));
            return [];
        }

        var organization = PlacementSql.OrganizationOf(type) is null ? null : types.Find(EntityTable.OrganizationType);
        var groups = new List<GroupPlan>();
        for (var i = 0; i < request.Groups.Count; i++)
        {
            if (GroupPlan.Read(i, request.Groups[i], type, organization, out var problem) is not { } group)
            {
                problems.Add(new FieldProblem($"groups[{i}]", problem.Zh, problem.En));
                continue;
            }

            if (groups.Exists(other => other.Text == group.Text))
            {
                problems.Add(new FieldProblem($"groups[{i}]", $"{group.Text} 重复", $"{group.Text} comes twice"));
            }

            var mayRead = group.Kind == GroupKind.OrganizationField ? new ReadAccess(caller, organization!).MayFilter : (Func<EntityField, bool>)access.MayAggregate;
            if (group.Field is { } field && !mayRead(field))
            {
                throw HubErrors.Of(ErrorReason.FieldNotReadable, ("field", group.Text));
            }

            if (access.AggregatesOnly && !Classifies(group, group.Kind == GroupKind.OrganizationField ? organization! : type))
            {
                problems.Add(new FieldProblem(
                    $"groups[{i}]",
                    $"统计调查资料的汇总只能按分类、日期的年季月和不重叠的地点分组,{group.Text} 不是",
                    $"aggregates of statistical returns are grouped by classifications, parts of dates and places that do not contain one another; {group.Text} is none"));
            }

            groups.Add(group);
        }

        return groups;
    }

    private static bool Classifies(GroupPlan group, EntityType type) => group.Kind switch
    {
        GroupKind.Field or GroupKind.OrganizationField => Classifications.Has(type, group.Field!),

        // A place less the places in it would tell of whoever is left.
        GroupKind.Place => false,
        _ => true,
    };

    private static List<MeasurePlan> ReadMeasures(
        AggregateRecordsRequest request, EntityType type, ReadAccess access, List<FieldProblem> problems)
    {
        if (request.Measures.Count == 0)
        {
            return [new MeasurePlan(0, "count", MeasureFunction.Count, null)];
        }

        if (request.Measures.Count > MaxMeasures)
        {
            problems.Add(new FieldProblem("measures", $"最多 {MaxMeasures} 个", $"at most {MaxMeasures}"));
            return [];
        }

        var measures = new List<MeasurePlan>();
        for (var i = 0; i < request.Measures.Count; i++)
        {
            var asked = request.Measures[i];
            var function = asked.Function == MeasureFunction.Unspecified ? MeasureFunction.Count : asked.Function;
            var field = asked.Field.Length == 0 ? null : type.Find(asked.Field);
            var name = function.ToString().ToLowerInvariant();
            var id = asked.Id.Length > 0 ? asked.Id : field is null ? name : $"{name}_{field.Name}";
            if (ProblemOf(function, asked.Field, field, access) is { } problem)
            {
                problems.Add(new FieldProblem($"measures[{i}]", problem.Zh, problem.En));
                continue;
            }

            if ((asked.Id.Length > 0 && !MeasureId().IsMatch(id)) || measures.Exists(other => other.Id == id))
            {
                problems.Add(new FieldProblem(
                    $"measures[{i}].id", $"“{id}”重复,或不是字母开头的 1 至 40 个字母、数字、下划线", $"'{id}' comes twice or is not a letter and up to 39 letters, digits or _"));
                continue;
            }

            if (field is not null && !access.MayAggregate(field))
            {
                throw HubErrors.Of(ErrorReason.FieldNotReadable, ("field", field.Name));
            }

            measures.Add(new MeasurePlan(i, id, function, field));
        }

        return measures;
    }

    private static (string Zh, string En)? ProblemOf(MeasureFunction function, string name, EntityField? field, ReadAccess access) => function switch
    {
        MeasureFunction.Count => name.Length == 0 ? null : ("计数不带字段,去重请用 DISTINCT", "COUNT takes no field; use DISTINCT"),
        _ when !System.Enum.IsDefined(function) => ($"没有函数 {(int)function}", $"there is no function {(int)function}"),
        _ when field is null => ($"没有字段“{name}”", $"there is no field '{name}'"),
        MeasureFunction.Distinct => field is { Descriptor: { IsRepeated: false, FieldType: not (FieldType.Message or FieldType.Bytes) } }
            ? null
            : ($"{name} 不是单值字段", $"{name} is not a scalar field"),
        MeasureFunction.Min or MeasureFunction.Max when access.AggregatesOnly =>
            ("统计调查资料不提供最大值和最小值", "extremes of statistical returns are single respondents"),
        MeasureFunction.Min or MeasureFunction.Max when field is { Descriptor.IsRepeated: false, Options.Format: Format.Date } => null,
        _ => MeasurePlan.IsNumber(field) ? null : ($"{name} 不是数值字段", $"{name} is not a number"),
    };

    // Columns of the result, which are ours, so nothing of the request gets into the statement.
    private static List<string> ReadOrder(
        string orderBy, List<GroupPlan> groups, List<MeasurePlan> measures, List<FieldProblem> problems)
    {
        var order = new List<string>();
        foreach (var part in orderBy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var column = measures.Find(measure => measure.Id == words[0])?.Column ?? groups.Find(group => group.Text == words[0])?.OrderBy;
            var direction = words switch { [_] or [_, "asc"] => "asc", [_, "desc"] => "desc", _ => null };
            if (column is null || direction is null)
            {
                problems.Add(new FieldProblem("order_by", $"“{part}”既不是度量也不是分组,或方向不是 asc、desc", $"'{part}' is neither a measure nor a group, or its direction is not asc or desc"));
                continue;
            }

            order.Add($"{column} {direction} nulls last");
        }

        return order;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MeasureId();
}
