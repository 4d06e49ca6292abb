using HubExchange.Contracts.Tests.Contracts;
using HubExchange.Contracts.Validation;
using HubExchange.Enterprise.V1;
using HubExchange.Tests.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Tests.Validation;

public sealed class RecordValidatorTests
{
    [Fact]
    public void Path_leads_into_lists_and_nested_messages()
    {
        var violation = Assert.Single(Validate(sample =>
        {
            sample.Parts.Add(new Part { Code = "a" });
            sample.Parts.Add(new Part { Code = "b", Parts = { new Part { Code = "c", ZoneId = "nowhere" } } });
        }));

        Assert.Equal("parts[1].parts[0].zone_id", violation.Field);
        Assert.Equal("nowhere", violation.Value);
    }

    [Fact]
    public void Elements_of_lists_are_judged_one_by_one()
    {
        var violations = Validate(sample =>
        {
            sample.Tags.Add(["a", "", "b\u0001"]);
            sample.States.Add([SampleState.Open, SampleState.Unspecified, (SampleState)9]);
            sample.Numbers.Add([1, 10]);
        });

        Assert.Equal(
            ["required tags[1]", "text.characters tags[2]", "required states[1]", "code.unknown states[2]", "number.range numbers[1]"],
            violations.Select(violation => $"{violation.Rule} {violation.Field}"));
    }

    [Fact]
    public void Values_of_personal_fields_are_left_out_also_in_nested_messages()
    {
        var violations = Validate(sample =>
        {
            sample.Mobile = "12345";
            sample.SecretPart = new Part { Code = "a", ZoneId = "secret" };
        });

        Assert.Equal(["mobile", "secret_part.zone_id"], violations.Select(violation => violation.Field));
        Assert.All(violations, violation =>
        {
            Assert.Empty(violation.Value);
            Assert.DoesNotContain("12345", violation.MessageZh + violation.MessageEn, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", violation.MessageZh, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Long_values_are_cut()
    {
        var violation = Assert.Single(Validate(sample => sample.Reason = new string('x', 1_000)));

        Assert.Equal(100, violation.Value.Length);
    }

    [Fact]
    public void Every_violation_is_reported_at_once()
    {
        var violations = Validate(sample =>
        {
            sample.Needed = "";
            sample.Date = "2021-13-01";
            sample.Uscc = "1";
            sample.Low = 2;
            sample.High = 1;
        });

        Assert.Equal(["date.syntax", "uscc.syntax", "required", "amounts.order"], violations.Select(violation => violation.Rule));
    }

    [Fact]
    public void Maps_are_bounded_and_their_texts_checked()
    {
        Assert.Equal("list.size", Assert.Single(Validate(sample => sample.Notes.Add(new Dictionary<string, string>
        {
            ["a"] = "1",
            ["b"] = "2",
            ["c"] = "3",
        }))).Rule);
        Assert.Equal("text.characters", Assert.Single(Validate(sample => sample.Notes.Add("a", "\u0002"))).Rule);
    }

    [Fact]
    public void Divisions_outside_the_known_prefectures_are_judged_by_their_province()
    {
        var type = TestTypes.All.Of<Sample>();
        var sample = (Sample)GoodRecord.Of(type);
        sample.Division = "420299";

        Assert.Empty(new RecordValidator(DivisionList.Empty).Validate(type, sample));
        Assert.Equal("division.unknown", Assert.Single(Cases.Validator.Validate(type, sample)).Rule);
    }

    [Fact]
    public void Placeholder_carries_no_data_even_when_no_division_is_known()
    {
        var type = TestTypes.All.Of<Sample>();
        var sample = (Sample)GoodRecord.Of(type);
        sample.Division = "420201";

        Assert.Equal("division.placeholder", Assert.Single(new RecordValidator(DivisionList.Empty).Validate(type, sample)).Rule);
    }

    [Fact]
    public void Division_that_is_introduced_need_not_be_known()
    {
        var type = TestTypes.All.Of<Region.V1.Division>();
        var division = (Region.V1.Division)GoodRecord.Of(type);
        division.DivisionCode = "420282";

        Assert.Empty(Cases.Validator.Validate(type, division));
    }

    [Theory]
    [InlineData("IN_STORE", TechSmeState.Revoked, true)]
    [InlineData("DRAFT", TechSmeState.InStore, true)]
    [InlineData("IN_STORE", TechSmeState.InStore, true)]
    [InlineData("REVOKED", TechSmeState.InStore, false)]
    [InlineData("IN_STORE", TechSmeState.Draft, false)]
    [InlineData("A_CODE_OF_THE_PAST", TechSmeState.Draft, true)]
    public void Life_cycle_only_moves_along_its_transitions(string from, TechSmeState to, bool allowed)
    {
        var field = TestTypes.All.Of<TechSmeRegistration>().Find("state")!;

        var violation = Cases.Validator.CheckTransition(field, from, new TechSmeRegistration { State = to });

        Assert.Equal(allowed, violation is null);
    }

    [Fact]
    public void Forbidden_transition_says_from_where_to_where_and_how_to_mend_it()
    {
        var field = TestTypes.All.Of<TechSmeRegistration>().Find("state")!;

        var violation = Cases.Validator.CheckTransition(field, "REVOKED", new TechSmeRegistration { State = TechSmeState.InStore })!;

        Assert.Equal(("state.transition", Severity.Error, QualityDimension.Consistency), (violation.Rule, violation.Severity, violation.Dimension));
        Assert.Equal(("state", "IN_STORE"), (violation.Field, violation.Value));
        Assert.Contains("从“撤销”变为“入库”", violation.MessageZh, StringComparison.Ordinal);
        Assert.Contains("删除该记录", violation.MessageZh, StringComparison.Ordinal);
        Assert.Contains("delete the record", violation.MessageEn, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Violation> Validate(Action<Sample> change) =>
        Cases.Validate(TestTypes.All.Of<Sample>(), record => change((Sample)record));
}
