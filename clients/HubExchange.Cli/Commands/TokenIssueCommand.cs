using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl token issue SUBJECT</c></summary>
internal sealed class TokenIssueCommand : Command
{
    private readonly Argument<string> _subject = new("SUBJECT") { Description = "持有人 Who it is for" };
    private readonly Option<string> _role = new("--role")
    {
        Description = "角色 Role: admin, security, auditor, bureau, county, park",
        HelpName = "ROLE",
        Required = true,
    };

    private readonly Option<string?> _node = new("--node") { Description = "所属节点,county 与 park 必填 Node, for county and park", HelpName = "ND" };
    private readonly Option<int> _hours = new("--hours") { Description = "有效小时数,默认 12 Hours of validity, 12 unless given" };

    public TokenIssueCommand(Runner runner)
        : base("issue", "签发令牌,只显示一次 Issue a token; it is shown once")
    {
        Add(_subject);
        Add(_role);
        Add(_node);
        Add(_hours);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var issued = await client.IssueTokenAsync(
            invocation.Get(_subject), invocation.Get(_role), invocation.Get(_node), invocation.Get(_hours), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(issued);
        }
        else
        {
            invocation.Screen.Line(issued.Token);
            invocation.Screen.Note($"编号 Id {issued.Id},有效期至 valid until {issued.ExpiresAt?.ToDateTimeOffset().ToLocalTime():yyyy-MM-dd HH:mm}");
        }

        return ExitCode.Ok;
    }
}
