using System.CommandLine;
using System.Text.Json.Nodes;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl token revoke ID</c></summary>
internal sealed class TokenRevokeCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "令牌编号 Id of the token" };

    public TokenRevokeCommand(Runner runner)
        : base("revoke", "吊销令牌 Revoke a token")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        await client.RevokeTokenAsync(invocation.Get(_id), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(new JsonObject { ["id"] = invocation.Get(_id), ["revoked"] = true });
        }
        else
        {
            invocation.Screen.Line("已吊销。 Revoked.");
        }

        return ExitCode.Ok;
    }
}
