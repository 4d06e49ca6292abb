using HubExchange.Contracts.Tests.Contracts;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Tests.V1;
using HubExchange.V1;
using static HubExchange.Contracts.Tests.Validation.Cases;

namespace HubExchange.Contracts.Tests.Validation;

/// <summary>Cases of the rules that hold for every type.</summary>
internal static class GeneralCases
{
    public static IEnumerable<RuleCase> All =>
    [
        Case<Sample>("required", s => s.Needed = ""),
        Case<Sample>("expected", s => s.Wished = ""),
        Case<Sample>("text.length", s => s.Reason = new string('长', 401), s => s.Reason = new string('长', 400)),
        Case<Sample>("text.characters", s => s.Reason = "a\u0000b", s => s.Reason = "第一行\n第二行\t。"),
        Case<Sample>("text.pattern", s => s.Patterned = "AB", s => s.Patterned = "AB12"),
        Case<Sample>("list.size", s => s.Tags.Add(["一", "二", "三", "四"]), s => s.Tags.Add(["一", "二", "三"])),
        Case<Sample>("number.range", s => s.Number = -1, s => s.Decimal = "100"),
        Case<Sample>("code.unknown", s => s.State = (SampleState)77),
        Case<Sample>("code.allowed", s => s.Restricted = SampleState.Working, s => s.Restricted = SampleState.Open),
        Case<Sample>("key.length", s => s.Title = new string('x', 199), s => s.Title = new string('x', 198)),
        Case<Sample>("key.characters", s => s.Title = "a~b"),
        new(
            "state.transition",
            () => Transition("OPEN", SampleState.Closed),
            [() => Transition("CLOSED", SampleState.Open)]),
        Case<Sample>("date.syntax", s => s.Date = "2021-02-29", s => s.Date = "2024-02-29"),
        Case<Sample>("decimal.syntax", s => s.Decimal = "12.50", s => s.Decimal = "12.5"),
        Case<Sample>("period.syntax", s => s.Period = "2021-Q5", s => s.Period = "2021-H2"),
        Case<Sample>("year.syntax", s => s.Year = "21", s => s.Year = "2021"),
        Case<Sample>("uscc.syntax", s => s.Uscc = "91420281XO1000065X", s => s.Uscc = GoodRecord.Uscc),
        Case<Sample>("uscc.check", s => s.Uscc = "91420281XN1000065Y"),
        Case<Sample>("uscc.registrar", s => s.Uscc = Make("94420281XN1000065"), s => s.Uscc = Make("11100000XN1000065")),
        Case<Sample>("uscc.division", s => s.Uscc = Make("91990000XN1000065"), s => s.Uscc = Make("91420221XN1000065")),
        Case<Sample>("uscc.body", s => s.Uscc = Make("91420281XN1000064")),
        Case<Sample>("division.syntax", s => s.Division = "42028", s => s.Division = "420281104"),
        Case<Sample>("division.province", s => s.Division = "990000", s => s.Division = "310117"),
        Case<Sample>("division.unknown", s => s.Division = "420299", s => s.Division = "420200"),
        Case<Sample>("division.placeholder", s => s.Division = "420201"),
        Case<Sample>("division.expired", s => s.Division = "420221", s => s.Division = "420222"),
        Case<Sample>("industry.syntax", s => s.Industry = "398", s => s.Industry = "7310"),
        Case<Sample>("industry.class", s => s.Industry = "9810", s => s.Industry = "9710"),
        Case<Sample>("industry_section.syntax", s => s.Section = "U", s => s.Section = "T"),
        Case<Sample>("zone_id.syntax", s => s.ZoneId = "420281-X001", s => s.ZoneId = "310117-B001"),
        Case<Sample>("node_id.syntax", s => s.NodeId = "420281", s => s.NodeId = "ND-DYH"),
        Case<Sample>("cert_no.syntax", s => s.CertNo = "GR2021429", s => s.CertNo = "GR202142900001"),
        Case<Sample>("cert_no.province", s => s.CertNo = "GR202144200001"),
        Case<Sample>("cert_no.review", s => s.CertNo = "GF202142000001", s => s.CertNo = "GF201442000001"),
        Case<Sample>("sme_no.syntax", s => s.SmeNo = "2021420281", s => s.SmeNo = "2021420281A8900001"),
        Case<Sample>("sme_no.division", s => s.SmeNo = "2021990000A8900001"),
        Case<Sample>("contract_no.syntax", s => s.ContractNo = "0001420201000123", s => s.ContractNo = "2021420201000123"),
        Case<Sample>("contract_no.structure", s => s.ContractNo = "2021990201000123"),
        Case<Sample>("achievement_no.syntax", s => s.AchievementNo = "4202021X0001", s => s.AchievementNo = "4202021Y0001"),
        Case<Sample>("project_id.syntax", s => s.ProjectId = "HS2021-420281-17", s => s.ProjectId = "HS2021-420281-00017"),
        Case<Sample>("person_pid.syntax", s => s.PersonPid = "420281199001011234", s => s.PersonPid = "ABCDEFGHIJKLMNOPQRSTUVWX27"),
        Case<Sample>("identifier.syntax", s => s.Identifier = "a b", s => s.Identifier = "项目-2021/001:a_b."),
        Case<Sample>("mobile.syntax", s => s.Mobile = "+8613800000000", s => s.Mobile = "13800000000"),
        Case<Sample>("email.syntax", s => s.Email = "name@example", s => s.Email = "name@example.cn"),
    ];

    private static string Make(string first17) => first17 + Uscc.CheckCharacter(first17);

    private static IReadOnlyList<Violation> Transition(string from, SampleState to)
    {
        var type = TestTypes.All.Of<Sample>();
        return Validator.CheckTransition(type.Find("state")!, from, new Sample { State = to }) is { } violation ? [violation] : [];
    }
}
