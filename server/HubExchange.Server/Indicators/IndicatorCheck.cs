using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Aggregation;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Indicators;

/// <summary>Says everything that is wrong with a definition before it is computed or kept.</summary>
internal sealed class IndicatorCheck(EntityTypes types, HubStorage storage)
{
    /// <summary>Problems of the terms; those of the record itself are found by the rules of its contract.</summary>
    public IReadOnlyList<FieldProblem> Problems(IndicatorDefinition definition)
    {
        var problems = new List<FieldProblem>();
        var needed = definition.Formula switch
        {
            IndicatorFormula.Single or IndicatorFormula.Sum => 1,
            IndicatorFormula.Difference or IndicatorFormula.Percent => 2,
            _ => 0,
        };
        if (definition.Terms.Count < needed)
        {
            problems.Add(new FieldProblem("definition.terms", $"该公式至少需要 {needed} 个计算项", $"this formula needs at least {needed} terms"));
        }

        if (DecimalText.Read(definition.Divisor) == 0)
        {
            problems.Add(new FieldProblem("definition.divisor", "除数不能为 0", "must not be 0"));
        }

        for (var i = 0; i < definition.Terms.Count; i++)
        {
            var term = definition.Terms[i];
            if (definition.Terms.Take(i).Any(other => other.Id == term.Id))
            {
                problems.Add(new FieldProblem($"definition.terms[{i}].id", $"编号 {term.Id} 重复", $"id {term.Id} comes twice"));
            }

            Check(definition, term, $"definition.terms[{i}]", problems);
        }

        return problems;
    }

    private void Check(IndicatorDefinition definition, IndicatorTerm term, string path, List<FieldProblem> problems)
    {
        if (types.Find(term.Type) is not { } type)
        {
            problems.Add(new FieldProblem($"{path}.type", $"没有数据类型 {term.Type}", $"there is no type {term.Type}"));
            return;
        }

        CheckFields(term, type, path, problems);
        CheckFilter(term, type, path, problems);
        CheckMembership(definition, term, term.Among, $"{path}.among", problems);
        CheckMembership(definition, term, term.NotAmong, $"{path}.not_among", problems);
    }

    private static void CheckFields(IndicatorTerm term, EntityType type, string path, List<FieldProblem> problems)
    {
        var field = type.Find(term.Field);
        var isDays = term.Measure is TermMeasure.AverageDays or TermMeasure.NineTenthsDays;
        if (term.Measure == TermMeasure.Count)
        {
            if (term.Field.Length > 0)
            {
                problems.Add(new FieldProblem($"{path}.field", "记录数不带字段,去重请用 DISTINCT", "COUNT takes no field; use DISTINCT"));
            }
        }
        else if (field is null || field.IsList || field.Descriptor.FieldType is FieldType.Message or FieldType.Bytes)
        {
            problems.Add(new FieldProblem($"{path}.field", $"{type.Id} 没有单值字段“{term.Field}”", $"{type.Id} has no field '{term.Field}' with a single value"));
        }
        else if (isDays ? field.Options.Format != Format.Date : term.Measure != TermMeasure.Distinct && !MeasurePlan.IsNumber(field))
        {
            problems.Add(isDays
                ? new FieldProblem($"{path}.field", $"{field.Name} 不是日期", $"{field.Name} is not a date")
                : new FieldProblem($"{path}.field", $"{field.Name} 不是数值", $"{field.Name} is not a number"));
        }

        if (isDays != (type.Find(term.FromField) is { Options.Format: Format.Date }))
        {
            problems.Add(isDays
                ? new FieldProblem($"{path}.from_field", $"须填写 {type.Id} 的日期字段", $"must be a date of {type.Id}")
                : new FieldProblem($"{path}.from_field", "只用于天数", "is for days only"));
        }
    }

    private void CheckFilter(IndicatorTerm term, EntityType type, string path, List<FieldProblem> problems)
    {
        try
        {
            if (FilterParser.Parse(term.Filter) is { } node)
            {
                var day = DateOnly.FromDateTime(DateTime.UnixEpoch);
                var rows = new RecordRows(storage, new ReadTime(null, day), new NpgsqlCommand().Parameters);
                var dates = new IndicatorPeriod(day.Year, day).Dates(day);
                new FilterSql(type, "r", new FilterScope(types, rows, IndicatorCalculator.Hub, day, dates)).Compile(node);
            }
        }
        catch (FilterException e)
        {
            problems.Add(new FieldProblem($"{path}.filter", $"第 {e.Position} 个字符处:{e.Zh}", $"at {e.Position}: {e.En}"));
        }
        catch (FieldNotReadableException e)
        {
            problems.Add(new FieldProblem($"{path}.filter", $"{e.Field} 属敏感个人信息,不能用于筛选", $"{e.Field} is sensitive personal data and cannot be filtered by"));
        }
    }

    private static void CheckMembership(
        IndicatorDefinition definition, IndicatorTerm term, string id, string path, List<FieldProblem> problems)
    {
        if (id.Length == 0)
        {
            return;
        }

        var other = definition.Terms.FirstOrDefault(candidate => candidate.Id == id && candidate != term);
        if (term.Measure != TermMeasure.Distinct || other is not { Measure: TermMeasure.Distinct, Among: "", NotAmong: "" })
        {
            problems.Add(new FieldProblem(
                path,
                $"“{id}”须是另一个计算项,两者都是去重数,且该项自身没有从属条件",
                $"'{id}' must be another term; both are DISTINCT, and that one has no such condition itself"));
        }
    }
}
