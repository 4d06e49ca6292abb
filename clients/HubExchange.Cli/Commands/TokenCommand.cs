using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl token</c></summary>
internal sealed class TokenCommand : Command
{
    public TokenCommand(Runner runner)
        : base("token", "个人令牌 Tokens of people")
    {
        Add(new TokenIssueCommand(runner));
        Add(new TokenRevokeCommand(runner));
    }
}
