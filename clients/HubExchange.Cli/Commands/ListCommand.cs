using System.CommandLine;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl list TYPE</c></summary>
internal sealed class ListCommand : Command
{
    private const int MaxColumns = 6;

    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "筛选条件,如 'reporting_unit = \"420281\"' Filter",
        HelpName = "FILTER",
    };

    private readonly Option<string?> _orderBy = new("--order-by")
    {
        Description = "排序,如 'established_on desc, name' Order",
        HelpName = "FIELDS",
    };

    private readonly MomentOptions _moment;
    private readonly Option<int> _pageSize = new("--page-size") { Description = "每页条数 Records per page", DefaultValueFactory = _ => 200 };
    private readonly Option<int> _limit = new("--limit") { Description = "最多条数,0 表示全部 Most records, 0 means all", DefaultValueFactory = _ => 50 };

    public ListCommand(Runner runner)
        : base("list", "列出记录 List records")
    {
        Add(_type);
        Add(_filter);
        Add(_orderBy);
        Add(_pageSize);
        Add(_limit);
        _moment = new MomentOptions(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var limit = invocation.Get(_limit) is > 0 and var given ? given : int.MaxValue;
        var query = _moment.Read(invocation) with
        {
            Filter = invocation.Get(_filter) ?? "",
            OrderBy = invocation.Get(_orderBy) ?? "",
            PageSize = Math.Min(invocation.Get(_pageSize), limit),
        };
        var records = new List<Record>();
        var isCut = false;
        await foreach (var record in client.ListAsync(invocation.Get(_type), query, cancellationToken))
        {
            if (records.Count == limit)
            {
                isCut = true;
                break;
            }

            records.Add(record);
        }

        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(records));
        }
        else
        {
            Show(invocation.Screen, invocation.Get(_type), records);
        }

        invocation.Screen.Note(isCut
            ? $"只显示前 {records.Count} 条,用 --limit 0 查看全部。 First {records.Count} only; --limit 0 shows all."
            : $"共 {records.Count} 条。 {records.Count} records.");
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, string typeId, List<Record> records)
    {
        var type = CityEntityTypes.All.Find(typeId);
        var fields = type is null ? [] : Columns(type);
        var table = Screen.Table(["主键 Key", .. fields.Select(field => field.Label), "来源", "版本"]);
        foreach (var record in records)
        {
            var value = record.Payload is null ? null : type?.Parse(record.Payload.Value);
            table.Row(
            [
                record.Key,
                .. fields.Select(field => value is null ? "" : FieldText.Of(field, value)),
                record.Source,
                record.Revision.ToString(CultureInfo.InvariantCulture),
            ]);
        }

        screen.Show(table);
    }

    // What a type requires and lets people filter by is what describes its records best.
    private static EntityField[] Columns(EntityType type) =>
    [
        .. type.Fields
            .Where(field => !type.Key.Contains(field) && (field.Options.Required || field.Options.Filterable))
            .OrderByDescending(field => field.Options.Required)
            .ThenBy(field => field.Descriptor.FieldNumber)
            .Take(MaxColumns),
    ];
}
