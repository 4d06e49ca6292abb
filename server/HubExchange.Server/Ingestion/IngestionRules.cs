using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Violations that are about the change itself rather than the content of the record.</summary>
internal static class IngestionRules
{
    private const int MaxValueLength = 100;

    public static Violation Unreadable(string problem) => Error(
        "record.unreadable",
        "",
        "记录无法按协议解析,请检查客户端使用的协议版本。",
        "The record cannot be parsed as its message; check the contract version of the client.",
        problem);

    public static Violation WrongMessage(EntityType type, Change change) => Error(
        "record.type",
        "",
        $"变更须携带 {type.Message.FullName} 记录或要删除的主键。",
        $"The change must carry a {type.Message.FullName} or the key to delete.",
        change.OperationCase == Change.OperationOneofCase.Message ? change.Message.TypeUrl : "");

    public static Violation WrongKey(string key) => Error(
        "key.length",
        "",
        $"主键须为 1 至 {EntityType.MaxKeyLength} 个字符。",
        $"A key has 1 to {EntityType.MaxKeyLength} characters.",
        key);

    public static Violation WrongEffectiveDate(string text) => Error(
        "effective_from.syntax",
        "effective_from",
        "生效日期应写作 YYYY-MM-DD,且在 1900 至 2100 年之间。",
        "The effective date is YYYY-MM-DD between 1900 and 2100.",
        text);

    public static Violation RefusedByStore(string sqlState) => Error(
        "store.refused",
        "",
        $"数据库拒绝了该记录(SQLSTATE {sqlState})。请检查超长或超范围的值,并将此记录报告管理员。",
        $"The database refused the record (SQLSTATE {sqlState}). Look for values out of range and report it to the operator.",
        "");

    private static Violation Error(string rule, string field, string zh, string en, string value) => new()
    {
        Rule = rule,
        Severity = Severity.Error,
        Dimension = QualityDimension.Conformity,
        Field = field,
        MessageZh = zh,
        MessageEn = en,
        Value = value.Length <= MaxValueLength ? value : value[..MaxValueLength],
    };
}
