using System.CommandLine;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using Spectre.Console;
using Layout = HubExchange.V1.Layout;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl layout [ID]</c>: the "四区N园" view.</summary>
internal sealed class LayoutCommand : Command
{
    private static readonly string[] DefaultTypes =
    [
        "enterprise.organization", "enterprise.hte_certificate", "enterprise.tech_sme_registration",
        "platform.rd_institution", "technology.rd_project", "technology.tech_contract",
    ];

    private readonly Argument<string?> _id = new("ID") { Description = "布局编号,省略为默认布局 Layout id", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _list = new("--list") { Description = "列出全部布局 List the layouts" };
    private readonly Option<string?> _types = new("--types") { Description = "要统计的类型,以逗号分隔 Types to count", HelpName = "a,b" };
    private readonly Moment _moment;

    public LayoutCommand(Runner runner)
        : base("layout", "四区N园布局及各级数量 Zones and parks with their counts")
    {
        Add(_id);
        Add(_list);
        Add(_types);
        _moment = new Moment(this);
        Add(new LayoutCompareCommand(runner));
        Add(new LayoutSaveCommand(runner));
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        if (invocation.Get(_list))
        {
            return await ListAsync(invocation, client, cancellationToken);
        }

        var layout = await client.GetLayoutAsync(
            invocation.Get(_id), _moment.AsOf(invocation), _moment.On(invocation), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(layout);
            return ExitCode.Ok;
        }

        string[] types = invocation.Get(_types) is { Length: > 0 } given
            ? given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. DefaultTypes.Where(type => CityEntityTypes.All.Find(type) is not null)];
        Show(invocation.Screen, layout, types);
        return ExitCode.Ok;
    }

    private async Task<int> ListAsync(Invocation invocation, Client.HubClient client, CancellationToken cancellationToken)
    {
        var layouts = await client.ListLayoutsAsync(_moment.AsOf(invocation), _moment.On(invocation), cancellationToken)
            .ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(layouts));
            return ExitCode.Ok;
        }

        var table = Screen.Table("编号 Id", "名称 Name", "生效 From", "停用 To", "默认 Default");
        foreach (var layout in layouts)
        {
            table.Row(layout.Id, layout.Name, layout.ValidFrom, layout.ValidTo, layout.IsDefault ? "是" : "");
        }

        invocation.Screen.Show(table);
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, Layout layout, string[] types)
    {
        var table = Screen.Table(
            ["名称 Name", "编号 Id", .. types.Select(type => CityEntityTypes.All.Find(type)?.Label ?? type)]);
        table.Title = new TableTitle(Markup.Escape($"{layout.Name}({layout.Id})"));
        foreach (var column in table.Columns.Skip(2))
        {
            column.Alignment(Justify.Right);
        }

        AddRow("全市 City", "", layout.Totals, 0);
        table.AddEmptyRow();
        AddRow("四区 Zones", "", null, 0);
        foreach (var zone in layout.Zones)
        {
            AddRow(zone.Name, zone.Id, zone.Counts, 1);
            AddPlaces(zone.Places, 2);
        }

        AddRow("园区 Parks", "", null, 0);
        AddPlaces(layout.Parks, 1);
        AddRow("填报单位 Reporting units", "", null, 0);
        foreach (var unit in layout.Units)
        {
            AddRow(unit.Name, unit.Id, unit.Counts, 1);
        }

        AddRow("未落地 Unplaced", "", layout.Unplaced, 0);
        screen.Show(table);
        screen.Note("各级均为去重计数,一条记录可同属几处,因此下级之和可大于上级。 Every count is distinct; parts may add up to more than the whole.");

        void AddPlaces(IEnumerable<LayoutPlace> places, int depth)
        {
            foreach (var place in places)
            {
                AddRow(place.Name, place.ZoneId, place.Counts, depth);
                AddPlaces(place.Places, depth + 1);
            }
        }

        void AddRow(string name, string id, Counts? counts, int depth) => table.Row(
        [
            new string(' ', depth * 2) + name,
            id,
            .. types.Select(type => counts is null
                ? ""
                : (counts.ByType.TryGetValue(type, out var count) ? count : 0).ToString("#,0", CultureInfo.InvariantCulture)),
        ]);
    }
}
