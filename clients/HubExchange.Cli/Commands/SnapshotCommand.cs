using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot</c></summary>
internal sealed class SnapshotCommand : Command
{
    public SnapshotCommand(Runner runner)
        : base("snapshot", "全量快照及其待删除记录 Full snapshots and what they would delete")
    {
        Add(new SnapshotListCommand(runner));
        Add(new SnapshotShowCommand(runner));
        Add(new SnapshotDeletionsCommand(runner));
        Add(new SnapshotApproveCommand(runner));
        Add(new SnapshotRejectCommand(runner));
    }
}
