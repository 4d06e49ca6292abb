using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Platform.V1;
using HubExchange.Region.V1;
using HubExchange.Talent.V1;
using HubExchange.Technology.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Entities;

/// <summary>The table of contents: a type is exchanged when its proto file is listed here.</summary>
public static class CityEntityTypes
{
    /// <summary>Every entity type of the five systems, the mechanisms and the hub itself.</summary>
    public static EntityTypes All { get; } = EntityTypes.From(
    [
        // The hub
        NodeReflection.Descriptor,

        // 全域创新体系
        ConstructionProgressReflection.Descriptor,
        DivisionReflection.Descriptor,
        LayoutDefinitionReflection.Descriptor,
        MilestoneReflection.Descriptor,
        ReportingUnitReflection.Descriptor,
        StatusApplicationReflection.Descriptor,
        ZoneReflection.Descriptor,
        ZoneStatisticReflection.Descriptor,

        // 创新平台体系
        AboveScaleMembershipReflection.Descriptor,
        AboveScaleReserveReflection.Descriptor,
        PlatformEvaluationReflection.Descriptor,
        RdInstitutionReflection.Descriptor,

        // 科技企业培育体系
        CarrierReflection.Descriptor,
        CultivationListEntryReflection.Descriptor,
        HteApplicationReflection.Descriptor,
        HteCertificateReflection.Descriptor,
        HteReserveEntryReflection.Descriptor,
        IncubateeTenancyReflection.Descriptor,
        OrganizationReflection.Descriptor,
        StartupRecordReflection.Descriptor,
        TechSmeRegistrationReflection.Descriptor,

        // 高新技术支撑体系
        AchievementReflection.Descriptor,
        AwardReflection.Descriptor,
        BidReflection.Descriptor,
        ExternalRankingReflection.Descriptor,
        NewProductReflection.Descriptor,
        RdProjectReflection.Descriptor,
        TechContractReflection.Descriptor,
        TechDemandReflection.Descriptor,
        TransformationReflection.Descriptor,

        // 科技人才引育体系
        SecondmentReflection.Descriptor,
        TalentReflection.Descriptor,
        TeamReflection.Descriptor,
        TeamEvaluationReflection.Descriptor,
        TrainingParticipationReflection.Descriptor,

        // 体制机制
        DocumentReflection.Descriptor,
        FundCommitmentReflection.Descriptor,
        IndicatorDefinitionReflection.Descriptor,
        IndicatorObservationReflection.Descriptor,
        IndicatorShareReflection.Descriptor,
        IndicatorTargetReflection.Descriptor,
        LoanReflection.Descriptor,
        MacroStatReflection.Descriptor,
        MatchEventReflection.Descriptor,
        PolicyPaymentReflection.Descriptor,
        ReportingDutyReflection.Descriptor,
        SupervisionOrderReflection.Descriptor,
        PlanTaskReflection.Descriptor,
        WorkingCalendarReflection.Descriptor,
    ]);
}
