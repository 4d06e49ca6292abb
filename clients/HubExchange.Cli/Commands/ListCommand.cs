using System.CommandLine;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using Spectre.Console;

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
    private readonly Listing _listing;

    public ListCommand(Runner runner)
        : base("list", "列出记录 List records")
    {
        Add(_type);
        Add(_filter);
        Add(_orderBy);
        Add(_pageSize);
        _listing = new Listing(this);
        _moment = new MomentOptions(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var query = _moment.Read(invocation) with { Filter = invocation.Get(_filter) ?? "", OrderBy = invocation.Get(_orderBy) ?? "" };
        var type = CityEntityTypes.All.Find(invocation.Get(_type));
        var fields = type is null ? [] : Columns(type);
        return await _listing.ShowAsync(
            invocation,
            size => client.ListAsync(invocation.Get(_type), query with { PageSize = Math.Min(invocation.Get(_pageSize), size) }, cancellationToken),
            Screen.Table(["主键 Key", .. fields.Select(field => field.Label), "来源", "版本"]),
            (table, record) => Show(table, type, fields, record),
            cancellationToken);
    }

    private static void Show(Table table, EntityType? type, EntityField[] fields, Record record)
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
