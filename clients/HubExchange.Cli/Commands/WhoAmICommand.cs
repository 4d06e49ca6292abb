using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl whoami</c></summary>
internal sealed class WhoAmICommand : Command
{
    public WhoAmICommand(Runner runner)
        : base("whoami", "当前身份与权限 Who the caller is and what it may do") =>
        runner.Bind(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var caller = await client.GetCallerAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(caller);
            return ExitCode.Ok;
        }

        invocation.Screen.Show(Screen.Table("项目", "内容")
            .Row("身份 Name", caller.Name)
            .Row("角色 Role", caller.Role)
            .Row("节点 Node", caller.Node)
            .Row("权限 Permissions", string.Join(", ", caller.Permissions))
            .Row("有效期至 Expires", caller.ExpiresAt?.ToDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? ""));
        return ExitCode.Ok;
    }
}
