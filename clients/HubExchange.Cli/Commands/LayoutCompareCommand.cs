using System.CommandLine;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl layout compare A B</c></summary>
internal sealed class LayoutCompareCommand : Command
{
    private const char At = '@';

    private readonly Argument<string> _before = new("BEFORE") { Description = "布局编号,可加 @日期,如 4n-default@2020-12-31 Layout id, with @date if wanted" };
    private readonly Argument<string> _after = new("AFTER") { Description = "同上;只写 @日期 为该日默认布局 The same; @date alone is the default layout of the date" };

    public LayoutCompareCommand(Runner runner)
        : base("compare", "比较两个布局,或同一布局的两个日期 Compare two layouts, or one at two dates")
    {
        Add(_before);
        Add(_after);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var comparison = await client.CompareLayoutsAsync(
            MomentOf(invocation.Get(_before)), MomentOf(invocation.Get(_after)), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(comparison);
            return ExitCode.Ok;
        }

        invocation.Screen.Line($"{comparison.Before.Name}({comparison.Before.Id})→ {comparison.After.Name}({comparison.After.Id})");
        var changes = Screen.Table("变化 Change", "部分 Part", "编号 Id", "名称 Name", "原属 Before", "现属 After");
        foreach (var change in comparison.Changes)
        {
            changes.Row(
                TextOf(change.Kind), TextOf(change.Part), change.Id, change.Name, string.Join(", ", change.Before), string.Join(", ", change.After));
        }

        invocation.Screen.Show(changes);
        var counts = Screen.Table("部分 Part", "编号 Id", "名称 Name", "类型 Type", "原 Before", "现 After", "差 Difference");
        foreach (var count in comparison.Counts)
        {
            counts.Row(
                TextOf(count.Part),
                count.Id,
                count.Name,
                CityEntityTypes.All.Find(count.Type)?.Label ?? count.Type,
                Number(count.Before),
                Number(count.After),
                (count.After - count.Before).ToString("+#,0;-#,0", CultureInfo.InvariantCulture));
        }

        invocation.Screen.Show(counts);
        invocation.Screen.Note(
            $"{comparison.Changes.Count} 处变化,{comparison.Counts.Count} 个数量不同。 " +
            $"{comparison.Changes.Count} changes, {comparison.Counts.Count} counts differ.");
        return ExitCode.Ok;
    }

    private static LayoutMoment MomentOf(string text)
    {
        var at = text.IndexOf(At, StringComparison.Ordinal);
        return at < 0 ? new LayoutMoment { Layout = text } : new LayoutMoment { Layout = text[..at], EffectiveOn = text[(at + 1)..] };
    }

    private static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string TextOf(LayoutChangeKind kind) => kind switch
    {
        LayoutChangeKind.Added => "新增 added",
        LayoutChangeKind.Removed => "移除 removed",
        LayoutChangeKind.Moved => "移动 moved",
        _ => kind.ToString(),
    };

    private static string TextOf(LayoutPart part) => part switch
    {
        LayoutPart.City => "全市 city",
        LayoutPart.Group => "区 zone",
        LayoutPart.Zone => "园区 real zone",
        LayoutPart.Park => "园 park",
        LayoutPart.Unit => "填报单位 unit",
        LayoutPart.Unplaced => "未落地 unplaced",
        _ => part.ToString(),
    };
}
