using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs pause ID</c>, <c>hubctl jobs resume ID</c></summary>
internal sealed class JobEditCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "任务 Job" };
    private readonly JobEdit _edit;

    public JobEditCommand(Runner runner, string name, string description, JobEdit edit)
        : base(name, description)
    {
        _edit = edit;
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        JobText.Show(invocation.Screen, [await _edit(client, invocation.Get(_id), cancellationToken)]);
        return ExitCode.Ok;
    }
}
