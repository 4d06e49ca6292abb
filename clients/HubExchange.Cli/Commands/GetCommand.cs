using System.CommandLine;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl get TYPE KEY</c></summary>
internal sealed class GetCommand : Command
{
    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Argument<string> _key = new("KEY") { Description = "主键,多个字段以 ~ 连接 Key, several fields joined with ~" };
    private readonly MomentOptions _moment;

    public GetCommand(Runner runner)
        : base("get", "查看一条记录 Show one record")
    {
        Add(_type);
        Add(_key);
        _moment = new MomentOptions(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var record = await client.GetAsync(
            invocation.Get(_type), invocation.Get(_key), _moment.Read(invocation), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(record);
        }
        else
        {
            Show(invocation.Screen, record);
        }

        return ExitCode.Ok;
    }

    private static void Show(Screen screen, Record record)
    {
        var table = Screen.Table("字段 Field", "名称 Label", "内容 Value");
        if (CityEntityTypes.All.Find(record.Type) is { } type && record.Payload is not null)
        {
            var value = type.Parse(record.Payload.Value);
            foreach (var field in type.Fields)
            {
                var isCut = record.CutFields.Contains(field.Name);
                if (isCut || FieldText.Of(field, value) is { Length: > 0 })
                {
                    table.Row(field.Name, field.Label, isCut ? "(无权查看 hidden)" : FieldText.Of(field, value));
                }
            }
        }

        screen.Show(table);
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{record.Type}/{record.Key}  来源 source {record.Source}  版本 revision {record.Revision}  生效 effective {record.EffectiveFrom}" +
            $"  入库 recorded {record.RecordedAt?.ToDateTimeOffset().ToLocalTime():yyyy-MM-dd HH:mm:ss}  hash {Convert.ToHexStringLower(record.Hash.Span)}"));
        if (record.Deleted)
        {
            screen.Line("已被来源删除。 Deleted by its source.");
        }

        if (record.Provenance.Count > 0)
        {
            var sources = record.Provenance.GroupBy(pair => pair.Value, pair => pair.Key).OrderBy(group => group.Key, StringComparer.Ordinal);
            screen.Line($"由多个来源归集 Consolidated from: {string.Join("; ", sources.Select(group => $"{group.Key} ({string.Join(", ", group.Order(StringComparer.Ordinal))})"))}");
        }

        if (record.DisputedFields.Count > 0)
        {
            screen.Line($"来源不一致 Disputed: {string.Join(", ", record.DisputedFields)}(用 --source 查看各来源所报 see each with --source)");
        }

        if (record.Warnings.Count > 0)
        {
            screen.Line($"警告 Warnings: {string.Join(", ", record.Warnings)}");
        }
    }
}
