namespace HubExchange.Server.Faults;

/// <summary>
/// Injects faults at the named places of <see cref="FailPoint"/>, for tests of what happens between any two steps. Off unless the
/// environment variable says otherwise; then a place costs one look at a field.
/// </summary>
internal static class FailPoints
{
    /// <summary>Environment variable, such as <c>batch.before_commit=exit@3;ack.before=delay:200</c>.</summary>
    public const string Variable = "HUBEXCHANGE_FAILPOINTS";

    private static FailPointRules? _rules;

    /// <summary>Some place has a rule.</summary>
    public static bool AreOn => _rules is not null;

    /// <summary>Reads the environment variable of the process.</summary>
    /// <exception cref="FormatException">It is wrong; the text lists what there is.</exception>
    public static void Enable() =>
        _rules = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? FailPointRules.Parse(text) : null;

    /// <summary>Marks a place. Does what the rules say when it is passed.</summary>
    public static ValueTask HitAsync(string point) => _rules is null ? ValueTask.CompletedTask : _rules.HitAsync(point);
}
