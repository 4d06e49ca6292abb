using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs list</c></summary>
internal sealed class JobListCommand : Command
{
    public JobListCommand(Runner runner)
        : base("list", "列出任务、运行时间和上次结果 List jobs with schedule and last result") => runner.Bind(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        JobText.Show(invocation.Screen, await client.ListJobsAsync(cancellationToken));
        return ExitCode.Ok;
    }
}
