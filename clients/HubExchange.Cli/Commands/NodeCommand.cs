using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl node</c></summary>
internal sealed class NodeCommand : Command
{
    public NodeCommand(Runner runner)
        : base("node", "节点证书 Certificates of nodes")
    {
        Add(new NodeEnrollCommand(runner));
        Add(new NodeRevokeCommand(runner));
    }
}
