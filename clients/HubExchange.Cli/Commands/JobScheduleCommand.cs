using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs schedule ID CRON</c></summary>
internal sealed class JobScheduleCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "任务 Job" };
    private readonly Argument<string?> _cron = new("CRON")
    {
        Description = "秒 分 时 日 月 周,北京时间,如 \"0 30 2 * * ?\";不写则恢复默认 Second minute hour day month weekday, China time; the default one unless given",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public JobScheduleCommand(Runner runner)
        : base("schedule", "修改运行时间 Change when a job runs")
    {
        Add(_id);
        Add(_cron);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        JobText.Show(invocation.Screen, [await client.SetJobScheduleAsync(invocation.Get(_id), invocation.Get(_cron), cancellationToken)]);
        return ExitCode.Ok;
    }
}
