using static HubExchange.V1.QualityDimension;

namespace HubExchange.Contracts.Validation;

/// <summary>The rules that hold for every entity type. Those of the formats stand in <see cref="FormatRules"/>.</summary>
internal static class BuiltInRules
{
    public static readonly RuleInfo Required = RuleInfo.Error("required", Completeness,
        "“{field}”必填但为空;请补填后重新报送。",
        "'{field}' is required but empty; fill it in and push again.");

    public static readonly RuleInfo Expected = RuleInfo.Warning("expected", Completeness,
        "“{field}”应填但为空;记录已入库,请尽快补填。",
        "'{field}' is expected but empty; the record is stored, please complete it soon.");

    public static readonly RuleInfo TextLength = RuleInfo.Error("text.length", Conformity,
        "“{field}”过长(允许 {detail} 个字符);请缩短。",
        "'{field}' is too long (characters: {detail}); shorten it.");

    public static readonly RuleInfo TextCharacters = RuleInfo.Error("text.characters", Conformity,
        "“{field}”含控制字符或乱码(第 {detail} 个字符);请检查编码是否为 UTF-8,删去该字符。",
        "'{field}' holds a control character or broken text (character {detail}); check that the source sends UTF-8 and remove it.");

    public static readonly RuleInfo TextPattern = RuleInfo.Error("text.pattern", Conformity,
        "“{field}”格式不符(应匹配 {detail});请按格式填写。",
        "'{field}' does not match {detail}; write it in that form.");

    public static readonly RuleInfo ListSize = RuleInfo.Error("list.size", Conformity,
        "“{field}”项数过多({detail});请减少。",
        "'{field}' has too many elements ({detail}); send fewer.");

    public static readonly RuleInfo NumberRange = RuleInfo.Error("number.range", Accuracy,
        "“{field}”超出允许范围 {detail};请核对数值和单位。",
        "'{field}' is outside {detail}; check the number and its unit.");

    public static readonly RuleInfo CodeUnknown = RuleInfo.Error("code.unknown", Conformity,
        "“{field}”的代码 {detail} 不在代码表中;请改用代码表中的代码,或更新合同版本。",
        "'{field}' holds the code {detail}, which the code list does not have; use a listed code or update the contracts.");

    public static readonly RuleInfo CodeAllowed = RuleInfo.Error("code.allowed", Conformity,
        "“{field}”在此处不允许填该代码,可填:{detail};请改填。",
        "'{field}' does not accept this code here; use one of {detail}.");

    public static readonly RuleInfo KeyLength = RuleInfo.Error("key.length", Conformity,
        "主键过长({detail});请缩短主键字段的值。",
        "The key is too long ({detail}); shorten the values of the key fields.");

    public static readonly RuleInfo KeyCharacters = RuleInfo.Error("key.characters", Conformity,
        "主键字段“{field}”含“~”、控制字符或首尾空格;请删去。",
        "The key field '{field}' holds '~', a control character or blanks at its ends; remove them.");

    public static readonly RuleInfo StateTransition = RuleInfo.Error("state.transition", Consistency,
        "“{field}”不能{detail};请改正状态,或在此前状态报错时先删除该记录再重新报送。",
        "'{field}' cannot go {detail}; correct the state, or delete the record and push it again when the earlier state was a mistake.");

    public static readonly RuleInfo[] All =
    [
        Required, Expected, TextLength, TextCharacters, TextPattern, ListSize, NumberRange, CodeUnknown, CodeAllowed,
        KeyLength, KeyCharacters, StateTransition, .. FormatRules.All,
    ];
}
