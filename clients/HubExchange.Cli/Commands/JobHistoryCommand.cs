using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs history [ID]</c></summary>
internal sealed class JobHistoryCommand : Command
{
    private readonly Argument<string?> _id = new("ID") { Description = "任务 Job", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int> _limit = new("--limit") { Description = "最多条数 Most runs", DefaultValueFactory = _ => 20 };

    public JobHistoryCommand(Runner runner)
        : base("history", "运行记录,最新在前 Runs, newest first")
    {
        Add(_id);
        Add(_limit);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var limit = Math.Max(1, invocation.Get(_limit));
        JobText.Show(
            invocation.Screen,
            await client.ListJobRunsAsync(invocation.Get(_id), pageSize: Math.Min(limit, 1000), cancellationToken: cancellationToken)
                .Take(limit)
                .ToListAsync(cancellationToken));
        return ExitCode.Ok;
    }
}
