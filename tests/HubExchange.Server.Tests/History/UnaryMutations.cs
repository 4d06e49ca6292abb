using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>What can be wrong with unary pushes.</summary>
internal static class UnaryMutations
{
    public static bool LoseAnswered(Scenario scenario, Random random) => Lose(
        scenario, random, call => Answer(scenario, call) is not null && !IsRepeated(scenario, call));

    public static bool LosePartOfUnknown(Scenario scenario, Random random) => Lose(
        scenario,
        random,
        call => Answer(scenario, call) is null && !IsRepeated(scenario, call) && Stored(scenario, call).Count > 1);

    public static bool QuarantineAbsent(Scenario scenario, Random random)
    {
        var calls = Calls(scenario)
            .Where(call => Answer(scenario, call) is null && !IsRepeated(scenario, call) && Stored(scenario, call).Count == 0)
            .SelectMany(call => call.Changes.Index().Where(change => change.Item.IsDirty && change.Item.Key.Length > 0).Select(change =>
                new DumpQuarantined(999, call.Source, "", 0, change.Index, change.Item.Key, change.Item.Content, IsOpen: true)))
            .Where(refused => !scenario.Dump.Quarantined.Exists(other => other.Source == refused.Source && other.Content == refused.Content))
            .ToList();
        if (calls.Count == 0)
        {
            return false;
        }

        scenario.Dump.Quarantined.Add(calls[random.Next(calls.Count)]);
        return true;
    }

    public static bool Miscount(Scenario scenario, Random random) => Change(
        scenario, random, _ => true, step => step with { Counts = step.Counts + new HistoryCounts(0, 1, 0, 0) });

    public static bool HideRefused(Scenario scenario, Random random) => Change(
        scenario, random, step => step.Rejected.Count > 0, step => step with { Rejected = [.. step.Rejected.Skip(1)] });

    private static IEnumerable<Operation> Calls(Scenario scenario) =>
        RowMutations.Invocations(scenario).Where(step => step.Stream.Length == 0);

    private static Operation? Answer(Scenario scenario, Operation call) =>
        scenario.Operations.Find(step => step.Kind == OperationKind.Ok && step.Process == call.Process);

    private static bool IsRepeated(Scenario scenario, Operation call) => Calls(scenario).Count(other => other.Digest == call.Digest) > 1;

    // Rows with content of the push, the newest of their keys.
    private static List<DumpRow> Stored(Scenario scenario, Operation call) => scenario.Dump.Rows.FindAll(row =>
        row.Source == call.Source && row.IsCurrent &&
        call.Changes.Any(change => change is { IsDirty: false, IsDelete: false } && change.Key == row.Key && change.Hash == row.Hash));

    private static bool Lose(Scenario scenario, Random random, Func<Operation, bool> condition)
    {
        // Every row carries content of its own but those that say the same as ever.
        var rows = Calls(scenario).Where(condition)
            .SelectMany(call => Stored(scenario, call))
            .Where(row => !row.Hash.EndsWith("/again", StringComparison.Ordinal))
            .ToList();
        return rows.Count > 0 && scenario.Dump.Rows.Remove(rows[random.Next(rows.Count)]);
    }

    private static bool Change(Scenario scenario, Random random, Func<Operation, bool> condition, Func<Operation, Operation> change)
    {
        var repeated = Calls(scenario).GroupBy(call => call.Digest).Where(calls => calls.Count() > 1).SelectMany(calls => calls).Select(call => call.Process).ToHashSet();
        var steps = scenario.Operations
            .Where(step => step.Kind == OperationKind.Ok && step.Stream.Length == 0 && !repeated.Contains(step.Process) && condition(step))
            .ToList();
        if (steps.Count == 0)
        {
            return false;
        }

        var step = steps[random.Next(steps.Count)];
        scenario.Operations[scenario.Operations.IndexOf(step)] = change(step);
        return true;
    }
}
