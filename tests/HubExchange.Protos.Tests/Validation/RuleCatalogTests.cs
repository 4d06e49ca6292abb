using HubExchange.Contracts.Tests.Contracts;
using HubExchange.Contracts.Validation;
using HubExchange.V1;

namespace HubExchange.Contracts.Tests.Validation;

public sealed class RuleCatalogTests
{
    private static readonly IReadOnlyList<RuleInfo> Rules = RuleCatalog.Of(TestTypes.All);

    public static TheoryData<string> RuleIds => [.. Rules.Select(rule => rule.FullId)];

    [Fact]
    public void Every_rule_has_a_case()
    {
        Assert.Empty(Rules.Select(rule => rule.FullId).Except(Cases.All.Keys));
    }

    [Fact]
    public void Every_case_has_a_rule()
    {
        Assert.Empty(Cases.All.Keys.Except(Rules.Select(rule => rule.FullId)));
    }

    [Fact]
    public void Ids_are_unique_and_texts_complete()
    {
        Assert.Empty(Rules.GroupBy(rule => rule.FullId).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(Rules, rule =>
        {
            Assert.NotEmpty(rule.Zh);
            Assert.NotEmpty(rule.En);
            Assert.NotEqual(Severity.Unspecified, rule.Severity);
            Assert.NotEqual(QualityDimension.Unspecified, rule.Dimension);
        });
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Good_record_breaks_no_rule(string id)
    {
        Assert.Empty(Cases.All[id].Good());
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Bad_record_breaks_exactly_this_rule(string id)
    {
        var rule = Rules.Single(rule => rule.FullId == id);

        var outcomes = Cases.All[id].Bad.Select(validate => validate()).ToArray();

        var violations = outcomes.FirstOrDefault(found => found.Count > 0 && found.All(violation => violation.Rule == rule.Id));
        Assert.True(violations is not null, string.Join(Environment.NewLine, outcomes.Select(found =>
            string.Join(", ", found.Select(violation => $"{violation.Rule}@{violation.Field}")))));
        Assert.All(violations, violation =>
        {
            Assert.Equal(rule.Severity, violation.Severity);
            Assert.Equal(rule.Dimension, violation.Dimension);
            Assert.DoesNotContain("{field}", violation.MessageZh, StringComparison.Ordinal);
            Assert.DoesNotContain("{detail}", violation.MessageZh, StringComparison.Ordinal);
            Assert.DoesNotContain("{field}", violation.MessageEn, StringComparison.Ordinal);
            Assert.DoesNotContain("{detail}", violation.MessageEn, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(TestTypes.Ids), MemberType = typeof(TestTypes))]
    public void Record_with_required_and_expected_fields_is_good(string typeId)
    {
        Assert.Empty(Cases.Validate(TestTypes.All.Find(typeId)!, _ => { }));
    }
}
