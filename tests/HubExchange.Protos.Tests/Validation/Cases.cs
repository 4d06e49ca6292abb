using Google.Protobuf;
using HubExchange.Contracts.Tests.Contracts;
using HubExchange.Contracts.Validation;
using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Contracts.Tests.Validation;

/// <summary>Records for one rule: one that keeps it, and some of which at least one breaks it and no other rule.</summary>
/// <param name="Rule">The rule's id in the catalogue.</param>
/// <param name="Good">What the validator says of the good record.</param>
/// <param name="Bad">What it says of the candidates for the bad one.</param>
internal sealed record RuleCase(string Rule, Func<IReadOnlyList<Violation>> Good, IEnumerable<Func<IReadOnlyList<Violation>>> Bad);

/// <summary>The table of cases.</summary>
internal static class Cases
{
    /// <summary>A validator that knows the divisions of the city and one that was abolished.</summary>
    public static RecordValidator Validator { get; } = new(
        new DivisionList(
        [
            new("420000", "湖北省"),
            new("420200", "黄石市"),
            new("420201", "市辖区", IsPlaceholder: true),
            new("420202", "黄石港区"),
            new("420203", "西塞山区"),
            new("420204", "下陆区"),
            new("420205", "铁山区"),
            new("420221", "大冶县", ValidTo: new DateOnly(1994, 3, 31)),
            new("420222", "阳新县"),
            new("420281", "大冶市"),
        ]),
        new FixedClock(new DateTimeOffset(2021, 7, 1, 9, 0, 0, TimeSpan.FromHours(8))));

    public static IReadOnlyDictionary<string, RuleCase> All { get; } =
        GeneralCases.All.Concat(TypeCases.All).Concat(DeclaredCases.All).ToDictionary(row => row.Rule);

    /// <summary>A case whose good and bad records are changes to a record that is right.</summary>
    public static RuleCase Case<T>(string rule, Action<T> bad, Action<T>? good = null) where T : class, IMessage<T>, new() => new(
        rule,
        () => Validate(good),
        [() => Validate(bad)]);

    private static IReadOnlyList<Violation> Validate<T>(Action<T>? change) where T : class, IMessage<T>, new()
    {
        var type = TestTypes.All.Of<T>();
        return Validate(type, record => change?.Invoke((T)record));
    }

    /// <summary>Validates a changed good record.</summary>
    public static IReadOnlyList<Violation> Validate(EntityType type, Action<IMessage> change)
    {
        var record = GoodRecord.Of(type);
        change(record);
        return Validator.Validate(type, record);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
