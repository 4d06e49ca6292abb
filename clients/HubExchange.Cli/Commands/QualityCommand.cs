using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quality [SOURCE]</c>: the league table, or one source in detail.</summary>
internal sealed class QualityCommand : Command
{
    private readonly Argument<string?> _source = new("SOURCE")
    {
        Description = "节点,给出时列出其评分明细与走势 Node: its score in detail, with the trend",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _day = new("--day") { Description = "评分日期,缺省为最近一次 Day of the scores, the last unless given", HelpName = "DATE" };
    private readonly Option<string?> _since = new("--since") { Description = "与该日比较,缺省为 30 天前 Changes since, a month before unless given", HelpName = "DATE" };
    private readonly Option<int> _days = new("--trend") { Description = "走势天数 Days of the trend", DefaultValueFactory = _ => 30 };

    public QualityCommand(Runner runner)
        : base("quality", "数据质量评价:六维评分、排名、走势 Quality of the sources: scores, ranks, trend")
    {
        Add(_source);
        Add(_day);
        Add(_since);
        Add(_days);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var (day, since) = (invocation.Get(_day), invocation.Get(_since));
        if (invocation.Get(_source) is { Length: > 0 } source)
        {
            QualityText.Show(invocation.Screen, await client.GetQualityAsync(source, day, since, invocation.Get(_days), cancellationToken));
        }
        else
        {
            QualityText.Show(invocation.Screen, await client.ListQualityAsync(day, since, cancellationToken));
        }

        return ExitCode.Ok;
    }
}
