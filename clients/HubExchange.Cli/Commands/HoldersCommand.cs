using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl holders TYPE KEY</c></summary>
internal sealed class HoldersCommand : Command
{
    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Argument<string> _key = new("KEY") { Description = "主键,多个字段以 ~ 连接 Key, several fields joined with ~" };
    private readonly Option<string?> _source = new("--source") { Description = "只看该节点的版本;HUB 为归集版本 Versions of this node; HUB: the consolidated ones", HelpName = "ND" };
    private readonly Option<long?> _revision = new("--revision") { Description = "只看该版本 Only this revision", HelpName = "N" };

    public HoldersCommand(Runner runner)
        : base("holders", "谁得到过一条记录的哪个版本,更正是否已送达 Who was given which version of a record, and whether a later one reached them")
    {
        Add(_type);
        Add(_key);
        Add(_source);
        Add(_revision);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var holders = await client.ListHoldersAsync(
            invocation.Get(_type), invocation.Get(_key), invocation.Get(_revision), invocation.Get(_source), 1000, cancellationToken).ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(holders));
            return ExitCode.Ok;
        }

        var table = Screen.Table(
            "持有方 Holder", "身份 Role", "来源 Source", "版本 Revision", "首次送达 First", "最近 Last", "次数 Times", "方式 Way", "更正 Correction");
        foreach (var holder in holders)
        {
            table.Row(
                holder.Receiver,
                holder.Node.Length == 0 || holder.Node == holder.Receiver ? holder.Role : $"{holder.Role} {holder.Node}",
                holder.Source,
                holder.Revision.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(holder.FirstDeliveredAt),
                TimeText.Of(holder.LastDeliveredAt),
                holder.Deliveries.ToString(CultureInfo.InvariantCulture),
                string.Join("、", holder.Ways.Select(Way)),
                holder.LaterDeliveredAt is { } later ? $"已送达 {TimeText.Of(later)}" : holder.Outdated ? "未送达 not yet" : "现行 current");
        }

        invocation.Screen.Show(table);
        var missing = holders.Count(holder => holder.Outdated && holder.LaterDeliveredAt is null);
        invocation.Screen.Note(missing == 0
            ? $"{holders.Count} 个持有方,均有现行版本或已得到更正。 {holders.Count} holders; all have the current version or were given a later one."
            : $"{holders.Count} 个持有方,{missing} 个尚未得到更正。 {holders.Count} holders; {missing} were not given a later version yet.");
        return ExitCode.Ok;
    }

    private static string Way(DeliveryWay way) => way switch
    {
        DeliveryWay.Watch => "订阅 watch",
        DeliveryWay.Export => "导出 export",
        _ => "查询 read",
    };
}
