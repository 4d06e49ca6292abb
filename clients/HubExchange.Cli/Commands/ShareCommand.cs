using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl share</c></summary>
internal sealed class ShareCommand : Command
{
    public ShareCommand(Runner runner)
        : base("share", "共享申请 Share requests: ask a provider for a dataset, answer in time")
    {
        Add(new ShareListCommand(runner));
        Add(new ShareShowCommand(runner));
        Add(new ShareRequestCommand(runner));
        Add(new ShareMoveCommand(runner));
    }
}
