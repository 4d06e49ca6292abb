using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs history [ID]</c></summary>
internal sealed class JobHistoryCommand : Command
{
    private readonly Argument<string?> _id = new("ID") { Description = "任务 Job", Arity = ArgumentArity.ZeroOrOne };
    private readonly Listing _listing;

    public JobHistoryCommand(Runner runner)
        : base("history", "运行记录,最新在前 Runs, newest first")
    {
        Add(_id);
        _listing = new Listing(this, 20);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        return await _listing.ShowAsync(
            invocation,
            size => client.ListJobRunsAsync(invocation.Get(_id), pageSize: size, cancellationToken: cancellationToken),
            JobText.RunTable(),
            JobText.RunRow,
            cancellationToken);
    }
}
