using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quarantine</c></summary>
internal sealed class QuarantineCommand : Command
{
    public QuarantineCommand(Runner runner)
        : base("quarantine", "被拒收的记录 Records that were refused")
    {
        Add(new QuarantineListCommand(runner));
        Add(new QuarantineShowCommand(runner));
        Add(new QuarantineGroupsCommand(runner));
        Add(new QuarantineDiscardCommand(runner));
        Add(new QuarantineReplayCommand(runner));
    }
}
