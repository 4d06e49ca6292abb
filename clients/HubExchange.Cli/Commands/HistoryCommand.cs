using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl history TYPE KEY</c></summary>
internal sealed partial class HistoryCommand : Command
{
    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Argument<string> _key = new("KEY") { Description = "主键,多个字段以 ~ 连接 Key, several fields joined with ~" };
    private readonly Option<string?> _source = new("--source")
    {
        Description = "只看该节点的版本;HUB 为归集版本,- 为各节点所报 Versions of this node; HUB: the consolidated ones, -: every node's",
        HelpName = "ND",
    };

    private readonly Listing _listing;

    public HistoryCommand(Runner runner)
        : base("history", "查看一条记录的各版本与改动 Show the versions of a record and what they changed")
    {
        Add(_type);
        Add(_key);
        Add(_source);
        _listing = new Listing(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var type = CityEntityTypes.All.Find(invocation.Get(_type));
        return await _listing.ShowAsync(
            invocation,
            size => client.ListHistoryAsync(invocation.Get(_type), invocation.Get(_key), invocation.Get(_source), size, cancellationToken),
            Screen.Table("来源 Source", "版本", "生效 Effective", "入库 Recorded", "被替代 Superseded", "字段 Field", "原值 Old", "→", "新值 New"),
            (table, version) => Show(table, type, version),
            cancellationToken);
    }

    private static void Show(Spectre.Console.Table table, EntityType? type, HistoryVersion version)
    {
        var record = version.Record;
        string[] head =
        [
            record.Source,
            record.Revision.ToString(CultureInfo.InvariantCulture),
            record.EffectiveFrom,
            TimeText.Of(record.RecordedAt),
            version.Latest ? "" : version.SupersededAt is { } at ? TimeText.Of(at) : "补报 back-dated",
        ];
        if (record.Deleted)
        {
            table.Row([.. head, "(已删除 deleted)", "", "", ""]);
            return;
        }

        if (version.Changes.Count == 0)
        {
            table.Row([.. head, "(无改动 no changes)", "", "", ""]);
            return;
        }

        foreach (var change in version.Changes)
        {
            table.Row([.. head, change.Label, Labelled(type, change.Field, change.OldValue), "→", Labelled(type, change.Field, change.NewValue)]);
            head = ["", "", "", "", ""];
        }
    }

    // A code is shown by its label.
    private static string Labelled(EntityType? type, string path, string value)
    {
        EntityField? field = null;
        var fields = type?.Fields;
        foreach (var name in Index().Replace(path, "").Split('.'))
        {
            field = fields?.FirstOrDefault(known => known.Name == name);
            fields = field?.Descriptor.FieldType == Google.Protobuf.Reflection.FieldType.Message ? EntityField.AllOf(field.Descriptor.MessageType) : null;
        }

        return field?.Codes?.Find(value)?.Label ?? value;
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
