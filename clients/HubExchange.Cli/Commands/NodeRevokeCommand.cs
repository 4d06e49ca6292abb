using System.CommandLine;
using System.Text.Json.Nodes;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl node revoke ID</c></summary>
internal sealed class NodeRevokeCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "节点编号 Node id" };
    private readonly Option<string> _reason = new("--reason") { Description = "原因,记入审计 Why, for the record", HelpName = "TEXT", Required = true };

    public NodeRevokeCommand(Runner runner)
        : base("revoke", "立即吊销节点的全部证书 Revoke every certificate of a node, at once")
    {
        Add(_id);
        Add(_reason);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var revoked = await client.RevokeNodeAsync(invocation.Get(_id), invocation.Get(_reason), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(new JsonObject { ["node"] = invocation.Get(_id), ["revoked"] = revoked });
        }
        else
        {
            invocation.Screen.Line($"已吊销 {revoked} 张证书。 {revoked} certificate(s) revoked.");
        }

        return ExitCode.Ok;
    }
}
