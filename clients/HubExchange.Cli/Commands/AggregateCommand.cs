using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using Spectre.Console;
using Enum = System.Enum;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl aggregate TYPE</c>: groups and measures as a table with bars.</summary>
internal sealed partial class AggregateCommand : Command
{
    private const int BarWidth = 20;

    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Option<string[]> _groups = new("--group")
    {
        Description = "分组:字段、year(字段)、@unit、@zone、@park、@place、@division、organization.字段 Group by",
        HelpName = "KEY",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _measures = new("--measure")
    {
        Description = "度量:count、sum(字段)、avg、min、max、distinct,可加 名称= Measures, named with name=",
        HelpName = "NAME=FUNCTION(FIELD)",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _filter = new("--filter") { Description = "筛选条件 Filter over records", HelpName = "FILTER" };
    private readonly Option<string?> _having = new("--having") { Description = "分组条件,如 'count >= 3' Filter over groups", HelpName = "FILTER" };
    private readonly Option<string?> _order = new("--order-by") { Description = "排序,如 'count desc' Order", HelpName = "ORDER" };
    private readonly Option<string?> _source = new("--source") { Description = "只看该节点报送的版本 What this node reported", HelpName = "ND" };
    private readonly Option<string?> _layout = new("--layout") { Description = "@zone 和 @park 所用布局 Layout of @zone and @park", HelpName = "ID" };
    private readonly Option<int> _limit = new("--limit") { Description = "最多行数,至多 1000 Most rows, at most 1,000", DefaultValueFactory = _ => 100 };
    private readonly Moment _moment;

    public AggregateCommand(Runner runner)
        : base("aggregate", "分组汇总 Group and measure records")
    {
        Add(_type);
        Add(_groups);
        Add(_measures);
        Add(_filter);
        Add(_having);
        Add(_order);
        Add(_source);
        Add(_layout);
        Add(_limit);
        _moment = new Moment(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var request = new AggregateRecordsRequest
        {
            Type = invocation.Get(_type),
            Filter = invocation.Get(_filter) ?? "",
            Source = invocation.Get(_source) ?? "",
            RecordedAsOf = _moment.Timestamp(invocation),
            EffectiveOn = _moment.OnText(invocation),
            Layout = invocation.Get(_layout) ?? "",
            Groups = { invocation.Get(_groups) ?? [] },
            Measures = { (invocation.Get(_measures) ?? []).Select(MeasureOf) },
            Having = invocation.Get(_having) ?? "",
            OrderBy = invocation.Get(_order) ?? "",
            PageSize = invocation.Get(_limit),
        };
        var response = await client.AggregateAsync(request, cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(response);
            return ExitCode.Ok;
        }

        Show(invocation.Screen, request, response);
        return ExitCode.Ok;
    }

    private static Measure MeasureOf(string text) =>
        MeasureText().Match(text) is { Success: true } match && Enum.TryParse<MeasureFunction>(match.Groups[2].ValueSpan, ignoreCase: true, out var function)
            ? new Measure { Id = match.Groups[1].Value, Function = function, Field = match.Groups[3].Value }
            : throw new UsageException(
                $"“{text}”不是度量,应如 count、sum(turnover_fen) 或 name=avg(staff_total)",
                $"'{text}' is no measure; write count, sum(turnover_fen) or name=avg(staff_total)");

    private static void Show(Screen screen, AggregateRecordsRequest request, AggregateRecordsResponse response)
    {
        var type = CityEntityTypes.All.Find(request.Type);
        var measures = response.Measures.Select(measure => Heading(measure, type)).ToList();
        var table = Screen.Table([.. request.Groups, .. measures, ""]);
        foreach (var column in table.Columns.Skip(request.Groups.Count).Take(measures.Count))
        {
            column.Alignment(Justify.Right);
        }

        var longest = response.Rows.Select(Length).DefaultIfEmpty().Max();
        foreach (var row in response.Rows)
        {
            table.Row([.. row.Groups.Select(GroupText), .. row.Values.Select(value => ValueText(row, value)), Bar(Length(row), longest)]);
        }

        if (request.Groups.Count > 0)
        {
            table.AddEmptyRow();
        }

        table.Row(
        [
            .. request.Groups.Select((_, i) => i == 0 ? "合计 Total" : ""),
            .. response.Total.Values.Select(value => ValueText(response.Total, value)),
            "",
        ]);
        screen.Show(table);
        screen.Note(
            $"{response.TotalRows} 组。合计按记录去重,一条记录可属多组,因此不等于各行之和。 " +
            $"{response.TotalRows} groups. The total counts every record once; it is not the sum of the rows.");
        if (response.NextPageToken.Length > 0)
        {
            screen.Note($"只显示前 {response.Rows.Count} 组。 First {response.Rows.Count} groups only.");
        }
    }

    private static string Heading(Measure measure, EntityType? type)
    {
        var field = measure.Field.Length == 0 ? null : type?.Find(measure.Field);
        return field is null ? measure.Id : $"{measure.Id} {field.Label}{(field.Options.Unit.Length > 0 ? $"({field.Options.Unit})" : "")}";
    }

    private static string GroupText(GroupValue group) => group switch
    {
        { Absent: true } => "—",
        { Label.Length: > 0 } => $"{group.Label} {group.Value}",
        _ => group.Value,
    };

    private static string ValueText(AggregateRow row, MeasureValue value)
    {
        if (row.Suppressed)
        {
            return "*";
        }

        var point = value.Value.IndexOf('.', StringComparison.Ordinal);
        return value.Absent ? "—"
            : decimal.TryParse(value.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && !value.Value.Contains('-', StringComparison.Ordinal)
                ? number.ToString(point < 0 ? "#,0" : "#,0.######", CultureInfo.InvariantCulture)
                : value.Value;
    }

    // The bar is of the first measure. Negative values have none.
    private static decimal Length(AggregateRow row) =>
        !row.Suppressed && row.Values.Count > 0 &&
        decimal.TryParse(row.Values[0].Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            ? Math.Max(number, 0)
            : 0;

    private static string Bar(decimal length, decimal longest) =>
        longest == 0 ? "" : new string('█', (int)Math.Round(length / longest * BarWidth, MidpointRounding.AwayFromZero));

    [GeneratedRegex(@"^(?:([A-Za-z][A-Za-z0-9_]*)=)?([a-z]+)(?:\(([a-z0-9_]+)\))?\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MeasureText();
}
