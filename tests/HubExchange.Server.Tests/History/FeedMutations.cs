using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>What can be wrong with the change feed.</summary>
internal static class FeedMutations
{
    public static bool LoseEntry(Scenario scenario, Random random)
    {
        // A version that was announced again later would still be known.
        var once = scenario.Dump.Changes.GroupBy(change => (change.Key, change.Source, change.Revision)).Where(group => group.Count() == 1).ToList();
        return once.Count > 0 && scenario.Dump.Changes.Remove(once[random.Next(once.Count)].Single());
    }

    public static bool AddEntry(Scenario scenario, Random random)
    {
        var change = Pick(scenario, random, _ => true)!;
        scenario.Dump.Changes.Add(change with { Position = int.MaxValue, Revision = change.Revision + 100 });
        return true;
    }

    public static bool RepeatEntry(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, change => !change.ChangesConsolidated) is not { } change)
        {
            return false;
        }

        scenario.Dump.Changes.Add(change with { Position = int.MaxValue });
        return true;
    }

    public static bool SwapEntries(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, change => change.Revision > 1) is not { } later)
        {
            return false;
        }

        var earlier = scenario.Dump.Changes.First(change =>
            change.Key == later.Key && change.Source == later.Source && change.Revision == later.Revision - 1);
        Replace(scenario, later, later with { Position = earlier.Position });
        return Replace(scenario, earlier, earlier with { Position = later.Position });
    }

    public static bool HideConsolidated(Scenario scenario, Random random) =>
        LastShown(scenario, random) is { } change && Replace(scenario, change, change with { ChangesConsolidated = false });

    public static bool ShowUnconsolidated(Scenario scenario, Random random)
    {
        if (LastShown(scenario, random) is not { } change)
        {
            return false;
        }

        scenario.Dump.Changes.Add(change with { Position = int.MaxValue, IsDeletion = true });
        return true;
    }

    public static bool ForgetPrevious(Scenario scenario, Random random) =>
        Pick(scenario, random, change => change is { ChangesConsolidated: true, Previous: not null }) is { } change &&
        Replace(scenario, change, change with { Previous = null });

    private static DumpChange? LastShown(Scenario scenario, Random random)
    {
        var last = scenario.Dump.Changes.Where(change => change.ChangesConsolidated).GroupBy(change => change.Key)
            .Select(changes => changes.MaxBy(change => change.Position)!)
            .Where(change => !change.IsDeletion)
            .ToList();
        return last.Count == 0 ? null : last[random.Next(last.Count)];
    }

    private static DumpChange? Pick(Scenario scenario, Random random, Func<DumpChange, bool> condition)
    {
        var changes = scenario.Dump.Changes.Where(condition).ToList();
        return changes.Count == 0 ? null : changes[random.Next(changes.Count)];
    }

    private static bool Replace(Scenario scenario, DumpChange change, DumpChange other)
    {
        scenario.Dump.Changes[scenario.Dump.Changes.IndexOf(change)] = other;
        return true;
    }
}
