using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings show ID</c></summary>
internal sealed class FindingShowCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "编号 Number" };

    public FindingShowCommand(Runner runner)
        : base("show", "查看一个问题及其办理过程 Show a finding and what happened to it")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        FindingText.Show(invocation.Screen, await client.GetFindingAsync(invocation.Get(_id), cancellationToken: cancellationToken));
        return ExitCode.Ok;
    }
}
