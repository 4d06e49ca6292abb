using System.CommandLine;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl share request PROVIDER TYPE</c></summary>
internal sealed class ShareRequestCommand : Command
{
    private readonly Argument<string> _provider = new("PROVIDER") { Description = "提供方 Node that is asked" };
    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Option<string[]> _fields = new("--field")
    {
        Description = "字段,不写则为全部可共享字段 Fields; all that may be shared unless given",
        HelpName = "F",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _person = new("--person")
    {
        Description = "经办人:持个人令牌时缺省为本人,以节点证书调用时必填 Who asks: whose token it is unless given; required with a node's certificate",
        HelpName = "NAME",
    };
    private readonly Option<string> _basis = new("--basis") { Description = "使用依据 Law or duty the use rests on", HelpName = "TEXT", Required = true };
    private readonly Option<string> _purpose = new("--purpose") { Description = "使用场景 What the data are used for", HelpName = "TEXT", Required = true };
    private readonly Option<string> _scope = new("--scope") { Description = "使用范围 Who uses them, and which rows", HelpName = "TEXT", Required = true };
    private readonly Option<string> _way = new("--way") { Description = "共享方式:服务接口 service, 批量交换 batch, 文件下载 file", HelpName = "W", Required = true };
    private readonly Option<string> _until = new("--until") { Description = "使用时限 Last day of the use", HelpName = "YYYY-MM-DD", Required = true };

    public ShareRequestCommand(Runner runner)
        : base("request", "提出共享申请 Ask a provider for a dataset")
    {
        Add(_provider);
        Add(_type);
        Add(_fields);
        Add(_person);
        Add(_basis);
        Add(_purpose);
        Add(_scope);
        Add(_way);
        Add(_until);
        _way.AcceptOnlyFromAmong("service", "batch", "file");
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var request = await client.CreateShareRequestAsync(
            new CreateShareRequestRequest
            {
                Provider = invocation.Get(_provider),
                Type = invocation.Get(_type),
                Fields = { invocation.Get(_fields) ?? [] },
                Person = invocation.Get(_person) ?? "",
                Basis = invocation.Get(_basis),
                Purpose = invocation.Get(_purpose),
                Scope = invocation.Get(_scope),
                Way = Enum.Parse<ShareWay>(invocation.Get(_way), ignoreCase: true),
                UseUntil = invocation.Get(_until),
            },
            cancellationToken);
        ShareText.ShowMoved(invocation.Screen, request);
        return ExitCode.Ok;
    }
}
