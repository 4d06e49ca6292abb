using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>The two filters of an aggregate as SQL conditions: the one over records, and the one over groups.</summary>
internal static class AggregateFilters
{
    /// <summary>
    /// The conditions over records, all of which have to hold and whose FROM item has the alias <c>r</c>, and the columns they need.
    /// </summary>
    public static (IReadOnlyList<string> Conditions, IEnumerable<string> Columns) OfRecords(string filter, EntityType type, FilterScope scope)
    {
        try
        {
            if (FilterParser.Parse(filter) is not { } node)
            {
                return ([], []);
            }

            var sql = new FilterSql(type, "r", scope);
            IReadOnlyList<FilterNode> parts = node is FilterNode.All all ? all.Parts : [node];
            return ([.. parts.Select(sql.Compile)], sql.Columns);
        }
        catch (Exception e) when (FilterErrors.Of(e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>The condition over groups: measures by their ids, compared with numbers or dates.</summary>
    public static string OfGroups(string having, IReadOnlyList<MeasurePlan> measures, NpgsqlParameterCollection parameters)
    {
        try
        {
            return FilterParser.Parse(having) is { } node ? Compile(node, measures, parameters) : "true";
        }
        catch (Exception e) when (FilterErrors.Of(e) is { } error)
        {
            throw error;
        }
    }

    private static string Compile(FilterNode node, IReadOnlyList<MeasurePlan> measures, NpgsqlParameterCollection parameters) => node switch
    {
        FilterNode.All all => $"({string.Join(" and ", all.Parts.Select(part => Compile(part, measures, parameters)))})",
        FilterNode.Any any => $"({string.Join(" or ", any.Parts.Select(part => Compile(part, measures, parameters)))})",
        FilterNode.Not not => $"not ({Compile(not.Part, measures, parameters)})",
        FilterNode.Comparison comparison => Compare(comparison, measures, parameters),
        FilterNode.Has has => throw Unfit(has.Field.Token),
        FilterNode.OneOf one => throw Unfit(one.Left.Token),
        FilterNode.Test test => throw Unfit(test.Function.Token),
        _ => throw new InvalidOperationException($"Unknown filter node {node.GetType()}."),
    };

    private static FilterException Unfit(FilterToken token) =>
        new(token.Position, "度量只能用 =、!=、<、<=、>、>= 与数值或日期比较", "measures are compared with numbers or dates by =, !=, <, <=, > and >= only");

    private static string Compare(
        FilterNode.Comparison comparison, IReadOnlyList<MeasurePlan> measures, NpgsqlParameterCollection parameters)
    {
        if (comparison.Left is not FilterOperand.Name { Token: var token })
        {
            throw Unfit(comparison.Left.Token);
        }

        if (comparison.Right is not (FilterOperand.Name or FilterOperand.Literal))
        {
            throw Unfit(comparison.Right.Token);
        }

        var measure = measures.FirstOrDefault(measure => measure.Id == token.Text)
            ?? throw new FilterException(
                token.Position,
                $"没有度量 {token.Text}。可用:{string.Join(", ", measures.Select(known => known.Id))}",
                $"there is no measure {token.Text}. Measures: {string.Join(", ", measures.Select(known => known.Id))}");
        var literal = comparison.Right.Token;
        object? value = measure.IsDate
            ? DateOnly.TryParseExact(literal.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null
            : decimal.TryParse(literal.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (value is null)
        {
            throw new FilterException(
                literal.Position, $"“{literal.Text}”不是度量 {measure.Id} 的合法值", $"'{literal.Text}' is not a value of {measure.Id}");
        }

        return comparison.Operator switch
        {
            "!=" => $"{measure.Column} is distinct from {parameters.Use(value)}",
            _ => $"coalesce({measure.Column} {comparison.Operator} {parameters.Use(value)}, false)",
        };
    }

}
