using System.CommandLine;

namespace HubExchange.Cli;

/// <summary>Options that every command takes.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Hub { get; } = new("--hub") { Description = "枢纽地址 Address of the hub [HUBCTL_HUB]", HelpName = "URL", Recursive = true };

    public Option<string?> Ca { get; } = new("--ca") { Description = "枢纽 CA 证书(PEM) CA certificate of the hub [HUBCTL_CA]", HelpName = "FILE", Recursive = true };

    public Option<string?> Certificate { get; } = new("--cert") { Description = "节点证书(PEM) Certificate of the node [HUBCTL_CERT]", HelpName = "FILE", Recursive = true };

    public Option<string?> Key { get; } = new("--key") { Description = "节点私钥(PEM) Key of the node [HUBCTL_KEY]", HelpName = "FILE", Recursive = true };

    public Option<string?> Token { get; } = new("--token") { Description = "个人令牌 Token of a person [HUBCTL_TOKEN]", HelpName = "TOKEN", Recursive = true };

    public Option<string?> As { get; } = new("--as")
    {
        Description = "演示身份:admin、bureau、county、park、auditor 或节点编号 Demo identity: a role or a node id",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "输出格式 Output format: table, json",
        HelpName = "table|json",
        DefaultValueFactory = _ => "table",
        Recursive = true,
    };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "不使用颜色 No colours [NO_COLOR]", Recursive = true };

    public void AddTo(Command root)
    {
        Output.AcceptOnlyFromAmong("table", "json");
        Option[] all = [Hub, Ca, Certificate, Key, Token, As, Output, NoColor];
        foreach (var option in all)
        {
            root.Add(option);
        }
    }
}
