using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile</c></summary>
internal sealed class ReconcileCommand : Command
{
    public ReconcileCommand(Runner runner)
        : base("reconcile", "枢纽与来源对账 Reconcile the hub with its sources")
    {
        Add(new ReconcileRunCommand(runner));
        Add(new ReconcileListCommand(runner));
        Add(new ReconcileShowCommand(runner));
        Add(new ReconcileApproveCommand(runner));
        Add(new ReconcileUndoCommand(runner));
        Add(new ReconcileCertificateCommand(runner));
    }
}
