using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl stream list</c></summary>
internal sealed class StreamListCommand : Command
{
    private readonly Option<string?> _source = new("--source") { Description = "节点 Node", HelpName = "ND" };

    public StreamListCommand(Runner runner)
        : base("list", "列出推送流:进度、最近提交、分叉 List push streams: watermark, last commit, forks")
    {
        Add(_source);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var streams = await client.ListStreamsAsync(invocation.Get(_source), cancellationToken).ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(streams));
            return ExitCode.Ok;
        }

        var table = Screen.Table("来源 Source", "流 Stream", "已提交 Sequence", "最近提交 Committed", "连接次数 Epoch", "最近连接 Connected", "分叉 Forks");
        foreach (var stream in streams)
        {
            table.Row(
                stream.Source,
                stream.Stream_,
                stream.Sequence.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(stream.CommittedAt),
                stream.Epoch.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(stream.ConnectedAt),
                stream.LastFork is { } fork
                    ? string.Create(CultureInfo.InvariantCulture, $"{stream.Forks}(序号 sequence {fork.Sequence})")
                    : "");
        }

        invocation.Screen.Show(table);
        invocation.Screen.Note($"{streams.Count} 条流 streams");
        return ExitCode.Ok;
    }
}
