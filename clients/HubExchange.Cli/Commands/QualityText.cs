using System.Globalization;
using HubExchange.V1;
using Spectre.Console;

namespace HubExchange.Cli.Commands;

/// <summary>How quality is shown. Colours: green from 95, yellow from 80, red below.</summary>
internal static class QualityText
{
    private const decimal Good = 95;
    private const decimal Fair = 80;
    private const string Bars = "▁▂▃▄▅▆▇█";

    private static readonly string[] Dimensions =
        ["规范性 Conformity", "完整性 Completeness", "准确性 Accuracy", "一致性 Consistency", "时效性 Timeliness", "可访问性 Accessibility"];

    /// <summary>The league table.</summary>
    public static void Show(Screen screen, ListQualityResponse response)
    {
        if (screen.IsJson)
        {
            screen.Json(response);
            return;
        }

        var table = Screen.Table([
            "名次 Rank", "升降", "来源 Source", "名称 Name", "总分 Total", "变化 Change",
            .. Dimensions.Select(name => name[..name.IndexOf(' ', StringComparison.Ordinal)])]);
        foreach (var source in response.Sources)
        {
            table.AddRow([
                new Text(source.Rank == 0 ? "–" : source.Rank.ToString(CultureInfo.InvariantCulture)),
                new Text(Places(source.RankChange)),
                new Text(source.Source),
                new Text(source.Name),
                Percent(source.Total),
                Change(source.Change),
                .. source.Dimensions.Select(dimension => Percent(dimension.Percent))]);
        }

        screen.Show(table);
        screen.Note(response.Day.Length == 0
            ? "还没有评分:hubctl jobs run quality。 There are no scores yet: hubctl jobs run quality."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{response.Day} 评分,{response.Ranked} 个来源参与排名{Compared(response.Since)}。– 为无法评价。 Scores in per cent, {response.Ranked} sources ranked; – cannot be measured."));
    }

    /// <summary>One source.</summary>
    public static void Show(Screen screen, GetQualityResponse response)
    {
        if (screen.IsJson)
        {
            screen.Json(response);
            return;
        }

        var quality = response.Quality;
        screen.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{quality.Source} {quality.Name}  {response.Day}  总分 total {Or(quality.Total)} {quality.Change}  名次 rank {(quality.Rank == 0 ? "–" : $"{quality.Rank}/{response.Ranked}")} {Places(quality.RankChange)}"));
        screen.Line($"走势 Trend  {Sparkline(response.Trend)}");
        var table = Screen.Table("维度 Dimension", "指标 Measure", "符合 Good", "检查 Examined", "%", "变化 Change", "明细 Details");
        foreach (var (name, dimension) in Dimensions.Zip(quality.Dimensions))
        {
            table.AddRow(new Text(name), new Text(""), new Text(""), new Text(""), Percent(dimension.Percent), Change(dimension.Change), new Text(""));
            foreach (var measure in response.Measures.Where(measure => measure.Dimension == dimension.Dimension))
            {
                table.AddRow(
                    new Text(""),
                    new Text($"{measure.Label} {measure.LabelEn}"),
                    new Text(measure.Good.ToString(CultureInfo.InvariantCulture)),
                    new Text(measure.Examined.ToString(CultureInfo.InvariantCulture)),
                    Percent(measure.Percent),
                    new Text(""),
                    new Text(measure.Command));
            }
        }

        screen.Show(table);
        screen.Note($"– 为无法评价,不计入总分{Compared(response.Since)}。 – cannot be measured and does not count.");
    }

    /// <summary>Totals as bars between the lowest and the highest of them; a blank for a day without a total.</summary>
    public static string Sparkline(IEnumerable<QualityPoint> trend)
    {
        var totals = trend.Select(point => Number(point.Total)).ToList();
        var (low, high) = (totals.Min() ?? 0, totals.Max() ?? 0);
        return string.Concat(totals.Select(total => total is not { } value ? ' '
            : high == low ? Bars[^1]
            : Bars[(int)((value - low) / (high - low) * (Bars.Length - 1))]));
    }

    private static string Compared(string since) => since.Length == 0 ? "" : $",与 {since} 比较 since {since}";

    private static string Or(string percent) => percent.Length == 0 ? "–" : percent;

    private static string Places(int change) => change switch
    {
        > 0 => string.Create(CultureInfo.InvariantCulture, $"↑{change}"),
        < 0 => string.Create(CultureInfo.InvariantCulture, $"↓{-change}"),
        _ => "",
    };

    private static Text Percent(string percent) => new(Or(percent), Number(percent) switch
    {
        null => Style.Plain,
        >= Good => new Style(Color.Green),
        >= Fair => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    });

    private static Text Change(string change) => new(change, Number(change) switch
    {
        > 0 => new Style(Color.Green),
        < 0 => new Style(Color.Red),
        _ => Style.Plain,
    });

    private static decimal? Number(string text) => text.Length == 0 ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
}
