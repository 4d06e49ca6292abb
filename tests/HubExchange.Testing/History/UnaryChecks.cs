namespace HubExchange.Testing.History;

/// <summary>What has to hold for answers: those of unary pushes, and errors.</summary>
internal static class UnaryChecks
{
    /// <summary>Counts, partition: an answer says what became of its push.</summary>
    public static IEnumerable<Anomaly> Answers(Evidence evidence)
    {
        foreach (var call in evidence.Calls)
        {
            if (call.Answer is not { } answer)
            {
                continue;
            }

            var where = $"push {call.Invoke.Process}";
            if (!call.IsRepetition && answer.Counts != call.Expected)
            {
                yield return new Anomaly(AnomalyKind.Counts, call.Source, where, $"was answered with {answer.Counts} instead of {call.Expected}");
            }

            var refused = call.Invoke.Changes.Index().Where(change => change.Item.IsDirty).ToDictionary(change => change.Index, change => change.Item);
            if (!refused.Keys.Order().SequenceEqual(answer.Rejected.Select(rejected => rejected.Index).Order()) ||
                !answer.Rejected.All(rejected => evidence.IsKept(rejected.Id, call.Source, refused[rejected.Index])))
            {
                yield return new Anomaly(
                    AnomalyKind.QuarantinePartition,
                    call.Source,
                    where,
                    $"was answered with the refused changes {string.Join(", ", answer.Rejected)} instead of {string.Join(", ", refused.Keys)}");
            }
        }
    }

    /// <summary>Internal error: whatever happens, the hub answers with an error its contract declares.</summary>
    public static IEnumerable<Anomaly> InternalErrors(Evidence evidence) =>
        from operation in evidence.Operations
        where operation.Reason is "INTERNAL" or "Internal" or "Unknown"
        select new Anomaly(
            AnomalyKind.InternalError, operation.Source, $"{operation.Stream}:{operation.Sequence}", $"ended {operation.Process} with {operation.Reason}");
}
