using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Platform.V1;
using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Talent.V1;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Faults;

/// <summary>What goes wrong in spreadsheets and source systems, with the rule that has to find it.</summary>
internal static class KnownFaults
{
    private const long Yuan = 100;

    public static IReadOnlyList<Fault> All { get; } = [.. OfEnterprises(), .. OfTechnology(), .. OfTalent(), .. OfRegion(), .. OfMechanism()];

    private static Fault[] OfEnterprises() =>
    [
        Fault.Of<Organization>("one character of the credit code mistyped", "uscc.check", record =>
            record.Uscc = record.Uscc[..17] + (record.Uscc[17] == '7' ? '8' : '7')),
        Fault.Of<Organization>("credit code cut by a narrow column", "uscc.syntax", record => record.Uscc = record.Uscc[..17]),
        Fault.Of<Organization>("name left empty", "required", record => record.Name = ""),
        Fault.Of<Organization>("landline number in place of a mobile number", "mobile.syntax", record => record.ContactMobile = "0714-6350000"),
        Fault.Of<Organization>("industry with its section letter", "industry.syntax", record => record.IndustryCode = "C" + record.IndustryCode[..3]),
        Fault.Of<Organization>("placeholder 市辖区 as place", "division.placeholder", record => record.OperatingDivision = "420201"),
        Fault.Of<Organization>("zone by its number in the plan", "zone_id.syntax", record =>
        {
            record.ZoneIds.Clear();
            record.ZoneIds.Add("Z01");
        }),
        Fault.Of<HteCertificate>("a day that does not exist", "date.syntax", record => record.IssuedOn = record.IssuedOn[..4] + "-02-30"),
        Fault.Of<HteCertificate>("dates exchanged", "validity.order", record =>
            (record.IssuedOn, record.ValidTo, record.RevokedOn) = (record.ValidTo, record.IssuedOn, "")),
        Fault.Of<TechSmeRegistration>("staff above the limit for technology SMEs", "number.range", record => record.Staff = 812),
        Fault.Of<TechSmeRegistration>("registered without a date", "in_store.date", record =>
            (record.State, record.InStoreOn, record.RevokedOn) = (TechSmeState.InStore, "", "")),
        Fault.Of<IncubateeTenancy>("left before it entered", "stay.order", record =>
            (record.LeftOn, record.ExitType) = ((int.Parse(record.EnteredOn[..4], System.Globalization.CultureInfo.InvariantCulture) - 1) + "-06-30", IncubateeExit.MovedOut)),
        Fault.Of<RdInstitution>("host listed as its own partner", "partners.host", record => record.PartnerUsccs.Add(record.HostUscc)),
    ];

    private static Fault[] OfTechnology() =>
    [
        Fault.Of<TechContract>("transaction amount above the turnover", "amounts.order", record =>
            record.TransactionFen = record.TurnoverFen + (10_000 * Yuan)),
        Fault.Of<TechContract>("registration number lost its last digit", "contract_no.syntax", record =>
            record.RegistrationNo = record.RegistrationNo[..15]),
        Fault.Of<TechContract>("registered without a date", "state.registered", record =>
            (record.State, record.RegisteredOn) = (TechContractState.Registered, "")),
        Fault.Of<TechContract>("seller named as organisation and as person", "seller.named", record => record.SellerPersonName = "某某"),
        Fault.Of<RdProject>("ends before it starts", "dates.order", record => (record.StartOn, record.EndOn) = (record.EndOn, record.StartOn)),
        Fault.Of<RdProject>("funds do not add up", "funding.sum", record => record.FundingTotalFen += 50_000 * Yuan),
        Fault.Of<NewProduct>("stage from a newer code list", "code.unknown", record => record.Stage = (NewProductStage)99),
        Fault.Of<NewProduct>("description in the column of the name", "text.length", record => record.Name = string.Concat(Enumerable.Repeat(record.Name, 40))),
    ];

    private static Fault[] OfTalent() =>
    [
        Fault.Of<Talent.V1.Talent>("number of the personnel system in place of the pseudonym", "person_pid.syntax", (record, serial) =>
            record.PersonPid = Text.Invariant($"RS{serial:D8}")),
        Fault.Of<Talent.V1.Talent>("e-mail address without domain", "email.syntax", record => record.Email = "zhang@"),
        Fault.Of<Secondment>("division that does not exist", "division.unknown", record => record.HostDivision = "420299"),
    ];

    private static Fault[] OfRegion() =>
    [
        Fault.Of<ConstructionProgress>("percent sign in a number", "decimal.syntax", record => record.Percent += "%"),
        Fault.Of<Milestone>("two subjects at once", "subject.one", record => record.DivisionCode = "420200"),
    ];

    private static Fault[] OfMechanism() =>
    [
        Fault.Of<Loan>("risk shares add up to 90 %", "loan.risk_shares", record => record.RiskShares[0].Percent -= 10),
        Fault.Of<Loan>("approved before it was applied for", "dates.order", record =>
            (record.AppliedOn, record.AcceptedOn, record.ApprovedOn, record.DisbursedOn, record.DueOn, record.State) =
            (record.AppliedOn, "", "2009-01-05", "", "", LoanState.Approved)),
        Fault.Of<MatchEvent>("blank and comma in an id", "identifier.syntax", record => record.EventId = record.EventId.Replace("-", ", ", StringComparison.Ordinal)),
        Fault.Of<IndicatorObservation>("thirteenth month", "period.syntax", record => record.Period = record.Period[..4] + "-13"),
        Fault.Of<SupervisionOrder>("closed without a date", "state.closed", record =>
            (record.State, record.DoneOn, record.ClosedOn) = (SupervisionState.Closed, "2021-12-01", "")),
        Fault.Of<MacroStat>("neither value nor growth", "figure.given", record => (record.Value, record.Growth) = ("", "")),
        Fault.Of<ZoneStatistic>("cell of two respondents", "number.range", record => record.Respondents = 2),
    ];
}
