using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl share show ID</c></summary>
internal sealed class ShareShowCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "编号 Number" };

    public ShareShowCommand(Runner runner)
        : base("show", "查看一份共享申请及其办理过程 Show a share request and what happened to it")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        ShareText.Show(invocation.Screen, await client.GetShareRequestAsync(invocation.Get(_id), cancellationToken));
        return ExitCode.Ok;
    }
}
