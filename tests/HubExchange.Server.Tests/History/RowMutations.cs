using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>What can be wrong with stored versions.</summary>
internal static class RowMutations
{
    public static bool LoseCurrent(Scenario scenario, Random random) => Remove(scenario, random, row => row.IsCurrent);

    public static bool LoseVersion(Scenario scenario, Random random) => Remove(scenario, random, row => !row.IsCurrent);

    public static bool LoseTombstone(Scenario scenario, Random random) => Remove(scenario, random, row => row.IsDeleted);

    public static bool ApplyTwice(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row.IsCurrent) is { } row && Append(scenario, row, row.Hash, row.IsDeleted);

    public static bool ApplyFrameTwice(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, row => row.IsCurrent && row.Revision > 1) is not { } last)
        {
            return false;
        }

        var before = Before(scenario, last);
        Append(scenario, last, before.Hash, before.IsDeleted);
        return Append(scenario, Current(scenario, last), last.Hash, last.IsDeleted);
    }

    public static bool SwapVersions(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, row => row.Revision > 1) is not { } later)
        {
            return false;
        }

        var earlier = Before(scenario, later);
        Replace(scenario, later, later with { Hash = earlier.Hash, ContentHash = earlier.Hash, IsDeleted = earlier.IsDeleted });
        return Replace(scenario, earlier, earlier with { Hash = later.Hash, ContentHash = later.Hash, IsDeleted = later.IsDeleted });
    }

    public static bool RestoreOldContent(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, row => row.IsCurrent && row.Revision > 1) is not { } row)
        {
            return false;
        }

        var old = Before(scenario, row);
        return Replace(scenario, row, row with { Hash = old.Hash, ContentHash = old.Hash, IsDeleted = old.IsDeleted });
    }

    public static bool MakeOldRowCurrent(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, row => row.IsCurrent && row.Revision > 1) is not { } row)
        {
            return false;
        }

        var old = Before(scenario, row);
        Replace(scenario, row, row with { IsCurrent = false });
        return Replace(scenario, old, old with { IsCurrent = true });
    }

    public static bool AddUnknownKey(Scenario scenario, Random random)
    {
        var row = Pick(scenario, random, row => row.IsCurrent)!;
        scenario.Dump.Rows.Add(row with { Key = "unknown", Revision = 1, Hash = "unknown", ContentHash = "unknown", IsConsolidated = true, IsDeleted = false });
        return true;
    }

    public static bool AddUnknownVersion(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row.IsCurrent) is { } row && Append(scenario, row, "unknown", isDeleted: false);

    public static bool StoreRefused(Scenario scenario, Random random)
    {
        var refused = Invocations(scenario)
            .Where(invoke => IsCommitted(scenario, invoke))
            .SelectMany(invoke => invoke.Changes.Where(change => change.IsDirty && change.Key.Length > 0).Select(change => (invoke.Source, change)))
            .ToList();
        return refused.Count > 0 && Store(scenario, refused[random.Next(refused.Count)]);
    }

    public static bool LosePartOfUnknown(Scenario scenario, Random random)
    {
        var acknowledged = scenario.Operations.Where(step => step.Kind == OperationKind.Ok)
            .ToLookup(step => (step.Source, step.Stream), step => step.Sequence);
        var hashes = Invocations(scenario)
            .Where(invoke => IsCommitted(scenario, invoke) &&
                invoke.Sequence > acknowledged[(invoke.Source, invoke.Stream)].DefaultIfEmpty().Max())
            .SelectMany(invoke => invoke.Changes.Where(change => !change.IsDirty && !change.IsDelete).Select(change => (invoke.Source, change.Hash)))
            .ToHashSet();
        return Remove(scenario, random, row => hashes.Contains((row.Source, row.Hash)));
    }

    public static bool StorePartOfUncommitted(Scenario scenario, Random random) => StoreFrom(scenario, random, invoke =>
        invoke.Stream.Length > 0 &&
        !scenario.Dump.Frames.Exists(frame => IsSame(frame, invoke)) &&
        !scenario.Operations.Exists(step => step.Kind == OperationKind.Fail && step.Process == invoke.Process && step.Digest == invoke.Digest));

    public static bool StoreFork(Scenario scenario, Random random) => StoreFrom(scenario, random, invoke => StreamMutations.IsFork(scenario, invoke));

    public static bool StoreFenced(Scenario scenario, Random random) => StoreFrom(scenario, random, invoke => StreamMutations.IsFenced(scenario, invoke));

    public static bool ReviveDeleted(Scenario scenario, Random random)
    {
        if (Pick(scenario, random, row => row.IsCurrent && row.IsDeleted && row.Revision > 1) is not { } row)
        {
            return false;
        }

        // As if the deletion had never been carried out.
        var old = Before(scenario, row);
        scenario.Dump.Rows.Remove(row);
        return Replace(scenario, old, old with { IsCurrent = true, SupersededAt = null });
    }

    public static bool SkipRevision(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row.IsCurrent) is { } row && Replace(scenario, row, row with { Revision = row.Revision + 1 });

    public static bool RepeatRevision(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row.Revision > 1) is { } row && Replace(scenario, row, row with { Revision = row.Revision - 1 });

    public static bool AlterHash(Scenario scenario, Random random) =>
        Pick(scenario, random, row => !row.IsDeleted) is { } row && Replace(scenario, row, row with { Hash = $"{row.Hash}?" });

    public static bool AlterContent(Scenario scenario, Random random) =>
        Pick(scenario, random, row => !row.IsDeleted) is { } row && Replace(scenario, row, row with { ContentHash = $"{row.Hash}?" });

    public static bool TearTimes(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row.SupersededAt is not null) is { } row &&
        Replace(scenario, row, row with { SupersededAt = row.SupersededAt!.Value.AddTicks(-1) });

    public static bool ConsolidateTwo(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row is { IsCurrent: true, IsDeleted: false, IsConsolidated: false }) is { } row &&
        Replace(scenario, row, row with { IsConsolidated = true });

    public static bool ConsolidateNone(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row is { IsCurrent: true, IsConsolidated: true }) is { } row &&
        Replace(scenario, row, row with { IsConsolidated = false });

    public static bool ConsolidateTombstone(Scenario scenario, Random random) =>
        Pick(scenario, random, row => row is { IsCurrent: true, IsDeleted: true }) is { } row &&
        Replace(scenario, row, row with { IsConsolidated = true });

    public static bool LoseHubRecord(Scenario scenario, Random random) =>
        PickHubs(scenario, random, row => row is { IsCurrent: true, IsConsolidated: true }) is { } row && scenario.Dump.HubRows.Remove(row);

    public static bool AgeHubRecord(Scenario scenario, Random random) =>
        PickHubs(scenario, random, row => row is { IsCurrent: true, IsDeleted: false }) is { } row &&
        ReplaceHubs(scenario, row, row with { Hash = "old", ContentHash = "old" });

    public static bool TearHubHistory(Scenario scenario, Random random) =>
        PickHubs(scenario, random, row => !row.IsCurrent) is { } row && scenario.Dump.HubRows.Remove(row);

    public static IEnumerable<Operation> Invocations(Scenario scenario) =>
        scenario.Operations.Where(step => step.Kind == OperationKind.Invoke);

    public static bool IsSame(DumpFrame frame, Operation step) =>
        frame.Source == step.Source && frame.Stream == step.Stream && frame.Sequence == step.Sequence;

    private static bool IsCommitted(Scenario scenario, Operation invoke) =>
        scenario.Dump.Frames.Exists(frame => IsSame(frame, invoke) && frame.Digest == invoke.Digest);

    // Content that occurs elsewhere as well proves nothing.
    private static bool StoreFrom(Scenario scenario, Random random, Func<Operation, bool> condition)
    {
        var changes = Invocations(scenario).Where(condition)
            .SelectMany(invoke => invoke.Changes.Where(change => change is { IsDirty: false, IsDelete: false } && change.Marker != "again")
                .Select(change => (invoke.Source, change)))
            .ToList();
        return changes.Count > 0 && Store(scenario, changes[random.Next(changes.Count)]);
    }

    private static bool Store(Scenario scenario, (string Source, HistoryChange Change) stored)
    {
        var (source, change) = stored;
        if (scenario.Dump.Rows.Find(row => row.IsCurrent && row.Source == source && row.Key == change.Key) is { } current)
        {
            return Append(scenario, current, change.Hash, isDeleted: false);
        }

        scenario.Dump.Rows.Add(scenario.Dump.Rows[0] with
        {
            Key = change.Key,
            Source = source,
            Revision = 1,
            Hash = change.Hash,
            ContentHash = change.Hash,
            IsDeleted = false,
            IsCurrent = true,
        });
        return true;
    }

    private static bool Append(Scenario scenario, DumpRow current, string hash, bool isDeleted)
    {
        var now = current.RecordedAt.AddMilliseconds(1);
        Replace(scenario, current, current with { IsCurrent = false, SupersededAt = now });
        scenario.Dump.Rows.Add(current with
        {
            Revision = current.Revision + 1,
            Hash = hash,
            ContentHash = hash,
            IsDeleted = isDeleted,
            RecordedAt = now,
            IsCurrent = true,
        });
        return true;
    }

    private static DumpRow Before(Scenario scenario, DumpRow row) =>
        scenario.Dump.Rows.Single(other => other.Source == row.Source && other.Key == row.Key && other.Revision == row.Revision - 1);

    private static DumpRow Current(Scenario scenario, DumpRow row) =>
        scenario.Dump.Rows.Single(other => other.Source == row.Source && other.Key == row.Key && other.IsCurrent);

    // Without its one row, a unary push of unknown outcome has rightly not happened.
    private static bool Remove(Scenario scenario, Random random, Func<DumpRow, bool> condition)
    {
        var answered = scenario.Operations.Where(step => step.Kind == OperationKind.Ok).Select(step => step.Process).ToHashSet();
        var unknown = Invocations(scenario).Where(step => step.Stream.Length == 0 && !answered.Contains(step.Process))
            .SelectMany(step => step.Changes.Select(change => (step.Source, change.Key)))
            .ToHashSet();
        return Pick(scenario, random, row => condition(row) && !unknown.Contains((row.Source, row.Key))) is { } row && scenario.Dump.Rows.Remove(row);
    }

    private static bool Replace(Scenario scenario, DumpRow row, DumpRow other)
    {
        scenario.Dump.Rows[scenario.Dump.Rows.IndexOf(row)] = other;
        return true;
    }

    private static bool ReplaceHubs(Scenario scenario, DumpRow row, DumpRow other)
    {
        scenario.Dump.HubRows[scenario.Dump.HubRows.IndexOf(row)] = other;
        return true;
    }

    private static DumpRow? Pick(Scenario scenario, Random random, Func<DumpRow, bool> condition) =>
        Pick(scenario.Dump.Rows, random, condition);

    private static DumpRow? PickHubs(Scenario scenario, Random random, Func<DumpRow, bool> condition) =>
        Pick(scenario.Dump.HubRows, random, condition);

    private static DumpRow? Pick(List<DumpRow> all, Random random, Func<DumpRow, bool> condition)
    {
        var rows = all.Where(condition).ToList();
        return rows.Count == 0 ? null : rows[random.Next(rows.Count)];
    }
}
