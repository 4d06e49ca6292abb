using HubExchange.Contracts.Validation.Checks;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Technology.V1;
using HubExchange.V1;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>Number, type and time limit of a technology contract.</summary>
internal static class TechContractRules
{
    private const string Type = "technology.tech_contract";

    public static readonly IRecordRule[] All =
    [
        new RecordRule<TechContract>(
            new("registration.year", Type, Severity.Warning, QualityDimension.Consistency,
                "合同登记编号中的年份与登记日期的年份({detail})不一致;请核对。",
                "The year in the number is not that of the registration ({detail}); check both."),
            YearOfNumber),
        new RecordRule<TechContract>(
            new("type.list", Type, Severity.Error, QualityDimension.Conformity,
                "四类合同口径没有“技术许可”;请改填类型版本为五类,或改正合同类型。",
                "The list of four types has no licences; use the list of five or correct the type."),
            record =>
                record is { TypeList: ContractTypeList.FourTypes, ContractType: ContractType.Licence }
                    ? new Breach("contract_type")
                    : null),
        new RecordRule<TechContract>(
            new("subtype.type", Type, Severity.Error, QualityDimension.Consistency,
                "合同子类型不属于所填合同类型;请改正其中一个。",
                "The subtype does not belong to the type; correct one of them."),
            SubtypeBelongs),
        new RecordRule<TechContract>(
            new("parties.differ", Type, Severity.Warning, QualityDimension.Accuracy,
                "买方与卖方是同一单位;请核对。",
                "Buyer and seller are the same organisation; check them."),
            record =>
                record.SellerUscc.Length > 0 && record.SellerUscc == record.BuyerUscc ? new Breach("buyer_uscc", record.BuyerUscc) : null),
        new RecordRule<TechContract>(
            new("registration.limit", Type, Severity.Warning, QualityDimension.Timeliness,
                "登记超过受理后 30 日的办理时限;请核对受理日期和登记日期。",
                "The registration took more than 30 days from acceptance; check both dates."),
            TimeLimit),
    ];

    // The rules of 2000 and 2001, which set the 30 days, were replaced on this day.
    private static readonly DateOnly RuleReplaced = new(2026, 1, 23);

    private static Breach? YearOfNumber(TechContract record) =>
        ContractNumber.HasForm(record.RegistrationNo) && CalendarDate.TryParse(record.RegisteredOn, out var registered) &&
        ContractNumber.Year(record.RegistrationNo) != registered.Year
            ? new Breach("registration_no", record.RegistrationNo, Text.Of(registered.Year))
            : null;

    private static Breach? SubtypeBelongs(TechContract record)
    {
        var belongs = record.ContractSubtype switch
        {
            ContractSubtype.CommissionedDevelopment or ContractSubtype.JointDevelopment => record.ContractType == ContractType.Development,
            ContractSubtype.GeneralService or ContractSubtype.Training or ContractSubtype.Intermediary => record.ContractType == ContractType.Service,
            _ => true,
        };
        return belongs || record.ContractType == ContractType.Unspecified
            ? null
            : new Breach("contract_subtype");
    }

    private static Breach? TimeLimit(TechContract record) =>
        CalendarDate.TryParse(record.AcceptedOn, out var accepted) && CalendarDate.TryParse(record.RegisteredOn, out var registered) &&
        registered < RuleReplaced && registered > accepted.AddDays(30)
            ? new Breach("registered_on", record.RegisteredOn)
            : null;
}
