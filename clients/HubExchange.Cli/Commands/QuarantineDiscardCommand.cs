using System.CommandLine;
using System.Text.Json.Nodes;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quarantine discard ID…</c></summary>
internal sealed class QuarantineDiscardCommand : Command
{
    private readonly Argument<long[]> _ids = new("ID") { Description = "隔离区编号 Numbers in quarantine", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _reason = new("--reason") { Description = "为何不再改正 Why it will not be mended", HelpName = "TEXT", Required = true };

    public QuarantineDiscardCommand(Runner runner)
        : base("discard", "放弃不再改正的记录,须注明理由 Close records that will not be mended, with a reason")
    {
        Add(_ids);
        Add(_reason);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var ids = invocation.Get(_ids);
        var discarded = await client.DiscardQuarantinedRecordsAsync(ids, invocation.Get(_reason), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(new JsonObject { ["discarded"] = discarded });
        }
        else
        {
            invocation.Screen.Line($"已放弃 {discarded} 条,其余 {ids.Length - discarded} 条此前已关闭。 {discarded} discarded, the others were closed before.");
        }

        return ExitCode.Ok;
    }
}
