using System.CommandLine;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile show ID</c></summary>
internal sealed class ReconcileShowCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "对账编号 Number of the reconciliation" };
    private readonly Listing _listing;

    public ReconcileShowCommand(Runner runner)
        : base("show", "查看一次对账及其差异 Show a reconciliation and what differed")
    {
        Add(_id);
        _listing = new Listing(this, 100);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var id = invocation.Get(_id);
        var run = await client.GetReconciliationAsync(id, cancellationToken);
        var (differences, isCut) = await _listing.ReadAsync(
            invocation, size => client.ListReconciliationDifferencesAsync(id, size, cancellationToken), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            var json = Screen.ToJson(run);
            json["differences"] = Screen.ToJson(differences);
            invocation.Screen.Json(json);
            return ExitCode.Ok;
        }

        ReconciliationText.Show(invocation.Screen, run);
        var table = Screen.Table("主键 Key", "差异 Difference", "结果 Outcome");
        differences.ForEach(difference => table.Row(
            difference.Key, ReconciliationText.Of(difference.Kind), ReconciliationText.Of(difference.Outcome)));
        invocation.Screen.Show(table);
        Listing.NoteCount(invocation.Screen, differences.Count, isCut);
        return ExitCode.Ok;
    }
}
