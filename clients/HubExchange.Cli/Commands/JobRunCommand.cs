using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs run ID</c></summary>
internal sealed class JobRunCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "任务 Job" };

    public JobRunCommand(Runner runner)
        : base("run", "立即运行,结果见 history Run now; history tells the result")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var run = await client.RunJobAsync(invocation.Get(_id), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson([run]));
            return ExitCode.Ok;
        }

        var table = JobText.RunTable();
        JobText.RunRow(table, run);
        invocation.Screen.Show(table);
        return ExitCode.Ok;
    }
}
