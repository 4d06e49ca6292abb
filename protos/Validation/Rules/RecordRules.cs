namespace HubExchange.Contracts.Validation.Rules;

/// <summary>The table of contents: a rule is checked when it is listed here.</summary>
internal static class RecordRules
{
    public static IReadOnlyList<IRecordRule> All { get; } =
    [
        // 全域创新体系
        .. DivisionRules.All,
        .. StatusApplicationRules.All,
        .. ZoneRules.All,

        // 创新平台体系
        .. PlatformEvaluationRules.All,
        .. RdInstitutionRules.All,

        // 科技企业培育体系
        .. CarrierRules.All,
        .. CultivationListRules.All,
        .. HteCertificateRules.All,
        .. OrganizationRules.All,
        .. TechSmeRules.All,

        // 高新技术支撑体系
        .. AchievementRules.All,
        .. AwardRules.All,
        .. BidRules.All,
        .. RdProjectRules.All,
        .. TechContractRules.All,

        // 科技人才引育体系
        .. SecondmentRules.All,

        // 体制机制
        .. LoanRules.All,
        .. TaskRules.All,
    ];
}
