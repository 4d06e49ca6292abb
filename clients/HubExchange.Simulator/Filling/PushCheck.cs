using HubExchange.Client.Push;
using HubExchange.Simulator.Generation;
using HubExchange.V1;

namespace HubExchange.Simulator.Filling;

/// <summary>Compares what the hub says it did with what was sent: nothing lost, every fault found, nothing sound refused.</summary>
internal static class PushCheck
{
    // More of the same kind would only hide the first ones.
    private const int MaxMistakes = 10;

    public static NodeReport Report(string node, string stream, IReadOnlyList<GeneratedRecord> sent, PushResult result)
    {
        var counts = result.Counts;
        var mistakes = new List<string>();
        var acknowledged = counts.Stored + counts.Unchanged + counts.Deleted + counts.Quarantined + result.Unreported;
        if (acknowledged != sent.Count)
        {
            mistakes.Add($"发送 {sent.Count} 条,确认 {acknowledged} 条 Sent {sent.Count}, acknowledged {acknowledged}");
        }

        var refused = new HashSet<long>();
        foreach (var rejected in result.Rejected)
        {
            refused.Add(rejected.Ordinal);
            var expected = sent[(int)rejected.Ordinal].ExpectedRule;
            var rules = rejected.Change.Violations.Where(violation => violation.Severity == Severity.Error)
                .Select(violation => violation.Rule).Distinct().ToList();
            if (expected is null || !rules.Contains(expected))
            {
                mistakes.Add(
                    $"{rejected.Type} {rejected.Change.Key}:期望规则 {expected ?? "无"},实际 {string.Join('、', rules)} " +
                    $"Expected {expected ?? "no rule"}, got {string.Join(", ", rules)}");
            }
        }

        // Acknowledgements lost with a broken connection cannot tell what was refused.
        var missed = sent.Where((record, ordinal) => record.ExpectedRule is not null && !refused.Contains(ordinal)).ToList();
        if (missed.Count > result.Unreported)
        {
            mistakes.AddRange(missed.Select(record =>
                $"{record.Type.Id} {record.Type.KeyOf(record.Record)}:应按 {record.ExpectedRule} 拒收 Should have been refused by {record.ExpectedRule}"));
        }

        return new NodeReport(
            node, stream, sent.Count, counts.Stored, counts.Unchanged, counts.Quarantined, [.. mistakes.Take(MaxMistakes)]);
    }
}
