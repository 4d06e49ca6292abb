using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Platform.V1;
using HubExchange.Region.V1;
using HubExchange.Talent.V1;
using HubExchange.Technology.V1;
using static HubExchange.Contracts.Tests.Validation.Cases;
using PlanTask = HubExchange.Mechanism.V1.PlanTask;

namespace HubExchange.Contracts.Tests.Validation;

/// <summary>Cases of the rules of single types that are written in code.</summary>
internal static class TypeCases
{
    private const string Institute = "12420200XN00000A6R";
    private const string OtherFirm = "91420202XN10000148";

    public static IEnumerable<RuleCase> All =>
    [
        .. Region, .. Platform, .. Enterprise, .. Technology,
        Case<Secondment>(
            "talent.secondment/units.differ", s => s.HostUscc = s.HomeUscc, s => s.HostUscc = OtherFirm),
        Case<Secondment>(
            "talent.secondment/logs.period",
            s => Log(s, "2021-06-29"),
            s => Log(s, "2021-06-30")),
        Case<Loan>("mechanism.loan/loan.risk_shares", loan => Shares(loan, 50, 30), loan => Shares(loan, 50, 50)),
        Case<PlanTask>("mechanism.task/parent.self", task => task.ParentTaskId = task.TaskId, task => task.ParentTaskId = "other"),
    ];

    private static IEnumerable<RuleCase> Region =>
    [
        Case<Division>("region.division/parent.self", d => d.ParentCode = d.DivisionCode, d => d.ParentCode = "420200"),
        Case<StatusApplication>(
            "region.status_application/levels.order",
            a => (a.FromLevel, a.ToLevel) = (Level.National, Level.City),
            a => (a.FromLevel, a.ToLevel) = (Level.City, Level.National)),
        Case<Zone>("region.zone/hosts.primary", z => Hosts(z, false, 50, 50), z => Hosts(z, true, 50, 50)),
        Case<Zone>("region.zone/hosts.share", z => Hosts(z, true, 50, 51), z => Hosts(z, true, 50, 50)),
        Case<Zone>("region.zone/national.state_council", z => z.Approver = "科技部", z => z.Approver = "国务院"),
        Case<Zone>("region.zone/parent.self", z => z.ParentZoneId = z.ZoneId, z => z.ParentZoneId = "420200-Z001"),
    ];

    private static IEnumerable<RuleCase> Platform =>
    [
        Case<RdInstitution>("platform.rd_institution/joint.kinds", r => Joint(r, OtherFirm), r => Joint(r, Institute)),
        Case<RdInstitution>("platform.rd_institution/partners.host", r => r.PartnerUsccs.Add(r.HostUscc), r => r.PartnerUsccs.Add(Institute)),
        Case<PlatformEvaluation>("platform.evaluation/criteria.max", e => Score(e, "12", "10"), e => Score(e, "10", "10")),
    ];

    private static IEnumerable<RuleCase> Enterprise =>
    [
        Case<Organization>("enterprise.organization/org_kind.uscc", o => o.OrgKind = OrganizationKind.StateOrgan),
        Case<HteCertificate>("enterprise.hte_certificate/cert_no.year", c => c.CertNo = "GR202042900001"),
        Case<HteCertificate>("enterprise.hte_certificate/validity.term", c => c.ValidTo = "2024-06-30"),
        Case<TechSmeRegistration>("enterprise.tech_sme_registration/sme_no.year", s => s.RegNo = "2020420281A8900001"),
        Case<TechSmeRegistration>(
            "enterprise.tech_sme_registration/score.passing", s => InStore(s, "59.5"), s => InStore(s, "60")),
        Case<TechSmeRegistration>(
            "enterprise.tech_sme_registration/revenue.limit",
            s => InStore(s, "60").RevenueBand = RevenueBand.From200M,
            s => InStore(s, "60").RevenueBand = RevenueBand.From50M),
        Case<CultivationListEntry>(
            "enterprise.cultivation_list_entry/top.range",
            e => (e.List, e.Rank) = (CultivationList.Top20, 21),
            e => (e.List, e.Rank) = (CultivationList.Top20, 20)),
        Case<Carrier>("enterprise.carrier/state.level", c => Filed(c, Level.National), c => Filed(c, Level.City)),
    ];

    private static IEnumerable<RuleCase> Technology =>
    [
        Case<Achievement>("technology.achievement/registration.year", a => a.RegistrationNo = "4202020Y0001"),
        Case<Achievement>("technology.achievement/owners.first", a => a.Uscc = OtherFirm),
        Case<Award>("technology.award/organizations.first", a => a.OrgUsccs.Add(OtherFirm), a => a.OrgUsccs.Add([a.Uscc, OtherFirm])),
        Case<Bid>("technology.bid/bidders.lead", b => b.Uscc = OtherFirm),
        Case<RdProject>("technology.rd_project/partners.lead", p => p.PartnerUsccs.Add(p.LeadUscc), p => p.PartnerUsccs.Add(Institute)),
        Case<TechContract>(
            "technology.tech_contract/registration.year", c => c.RegisteredOn = "2022-06-30", c => c.RegisteredOn = "2021-06-30"),
        Case<TechContract>(
            "technology.tech_contract/type.list",
            c => (c.TypeList, c.ContractType) = (ContractTypeList.FourTypes, ContractType.Licence),
            c => (c.TypeList, c.ContractType) = (ContractTypeList.FiveTypes, ContractType.Licence)),
        Case<TechContract>(
            "technology.tech_contract/subtype.type",
            c => (c.ContractType, c.ContractSubtype) = (ContractType.Consulting, ContractSubtype.JointDevelopment),
            c => (c.ContractType, c.ContractSubtype) = (ContractType.Development, ContractSubtype.JointDevelopment)),
        Case<TechContract>(
            "technology.tech_contract/parties.differ",
            c => c.BuyerUscc = c.SellerUscc = OtherFirm,
            c => (c.BuyerUscc, c.SellerUscc) = (OtherFirm, GoodRecord.Uscc)),
        Case<TechContract>(
            "technology.tech_contract/registration.limit",
            c => (c.AcceptedOn, c.RegisteredOn) = ("2021-07-01", "2021-08-01"),
            c => (c.AcceptedOn, c.RegisteredOn) = ("2021-07-01", "2021-07-31")),
    ];

    private static void Log(Secondment secondment, string day)
    {
        secondment.StartOn = "2021-06-30";
        secondment.Logs.Add(new SecondmentLog { ServedOn = day, Content = "指导工艺改进" });
    }

    private static void Shares(Loan loan, int bank, int city) => loan.RiskShares.Add(
    [
        new RiskShare { Party = RiskParty.Bank, Percent = bank },
        new RiskShare { Party = RiskParty.City, Percent = city },
    ]);

    private static void Hosts(Zone zone, bool primary, int first, int second) => zone.HostDivisions.Add(
    [
        new HostDivision { Division = zone.HostDivision, SharePercent = first, Primary = primary },
        new HostDivision { Division = "420222", SharePercent = second },
    ]);

    private static void Joint(RdInstitution body, string partner)
    {
        body.Type = RdInstitutionType.JointInnovationCentre;
        body.HostUscc = GoodRecord.Uscc;
        body.PartnerUsccs.Clear();
        body.PartnerUsccs.Add(partner);
    }

    private static void Score(PlatformEvaluation evaluation, string score, string best)
    {
        evaluation.Criteria.Clear();
        evaluation.Criteria.Add(new CriterionScore { Criterion = "研究开发", Score = score, MaxScore = best });
    }

    private static TechSmeRegistration InStore(TechSmeRegistration registration, string score)
    {
        registration.State = TechSmeState.InStore;
        registration.InStoreOn = "2021-06-30";
        registration.Score = score;
        return registration;
    }

    private static void Filed(Carrier carrier, Level level)
    {
        carrier.State = CarrierState.CityFiled;
        carrier.Level = level;
        carrier.ApprovedOn = "2021-06-30";
        carrier.ApprovalNo = "黄科〔2021〕1号";
    }
}
