using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings</c></summary>
internal sealed class FindingCommand : Command
{
    public FindingCommand(Runner runner)
        : base("findings", "问题与校核 Findings of checks, and doubts that people raise")
    {
        Add(new FindingListCommand(runner));
        Add(new FindingGroupsCommand(runner));
        Add(new FindingOrdersCommand(runner));
        Add(new FindingShowCommand(runner));
        Add(new FindingRaiseCommand(runner));
        Add(new FindingMoveCommand(runner));
    }
}
