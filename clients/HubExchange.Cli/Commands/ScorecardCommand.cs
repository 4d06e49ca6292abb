using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Mechanism.V1;
using HubExchange.V1;
using Spectre.Console;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl scorecard [INDICATOR …]</c>: values against targets, with lights.</summary>
internal sealed class ScorecardCommand : Command
{
    private readonly Argument<string[]> _indicators = new("INDICATOR")
    {
        Description = "指标编号,缺省为全部;给出时另列各单位 Indicators, all unless given; with their units when given",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<int> _year = new("--year") { Description = "计划年度,缺省为最近一个 Year of the plan, the latest unless given" };
    private readonly Moment _moment;

    public ScorecardCommand(Runner runner)
        : base("scorecard", "指标计分卡:完成值、目标、进度、亮灯 Indicators against targets")
    {
        Add(_indicators);
        Add(_year);
        _moment = new Moment(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var ids = invocation.Get(_indicators) ?? [];
        var response = await client.GetScorecardAsync(
            new GetScorecardRequest
            {
                PlanYear = invocation.Get(_year),
                IndicatorIds = { ids },
                RecordedAsOf = _moment.Timestamp(invocation),
                EffectiveOn = _moment.OnText(invocation),
                CityOnly = ids.Length == 0,
            },
            cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(response);
            return ExitCode.Ok;
        }

        Show(invocation.Screen, response);
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, GetScorecardResponse response)
    {
        var table = Screen.Table("编号 Id", "指标 Indicator", "完成 Value", "目标 Target", "应完成 Due", "%", "灯", "上年 Previous", "上报 Reported");
        foreach (var row in response.Rows)
        {
            Add(table, row.Target.IndicatorId, Short(row.Target.QuoteZh), row.Target.Unit, row.City);
            foreach (var unit in row.Units.Concat(row.Zones))
            {
                Add(table, "", $"  {unit.PlaceName}{(unit.Rank > 0 ? $"  第{unit.Rank}" : "")}", row.Target.Unit, unit);
            }

            if (row.ReasonZh.Length > 0 && response.Rows.Count == 1)
            {
                screen.Note($"{row.ReasonZh} {row.ReasonEn}");
            }
        }

        screen.Show(table);
        var lights = response.Rows.GroupBy(row => row.City.Light).ToDictionary(group => group.Key, group => group.Count());
        screen.Note(
            $"{response.PlanYear} 年计划,截至 {response.EffectiveOn}:绿 {Count(Light.Green)},黄 {Count(Light.Yellow)},红 {Count(Light.Red)},不比较 {Count(Light.Unspecified)}。" +
            $" Plan of {response.PlanYear} up to {response.EffectiveOn}: {Count(Light.Green)} green, {Count(Light.Yellow)} yellow, {Count(Light.Red)} red, {Count(Light.Unspecified)} not compared.");

        int Count(Light light) => lights.GetValueOrDefault(light);
    }

    private static void Add(Table table, string id, string name, string unit, ScoreCell cell) => table.AddRow(
        new Text(id),
        new Text(name),
        new Text(cell.Value.Length == 0 ? "–" : $"{cell.Value}{unit}{Arrow(cell.Trend)}"),
        new Text(cell.Target),
        new Text(cell.Due),
        new Text(cell.Percent),
        LightOf(cell.Light),
        new Text(cell.Previous),
        new Text(
            cell.Reported.Length == 0 ? "" : $"{cell.Reported}{(cell.Differs ? " ≠" : "")}",
            cell.Differs ? new Style(Color.Yellow) : Style.Plain));

    // The word says it, too: not everybody tells colours apart.
    private static Text LightOf(Light light) => light switch
    {
        Light.Green => new Text("● 绿", new Style(Color.Green)),
        Light.Yellow => new Text("● 黄", new Style(Color.Yellow)),
        Light.Red => new Text("● 红", new Style(Color.Red)),
        _ => new Text(""),
    };

    private static string Arrow(Trend trend) => trend switch { Trend.Up => " ↑", Trend.Down => " ↓", Trend.Flat => " →", _ => "" };

    private static string Short(string text) => text.Length <= 24 ? text : $"{text[..23]}…";
}
