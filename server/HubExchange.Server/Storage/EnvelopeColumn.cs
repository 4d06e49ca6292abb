namespace HubExchange.Server.Storage;

/// <summary>A column every entity table has, beside those of the contract: who sent the version, when, and what the hub made of it.</summary>
/// <param name="Name">Name. The prefix <c>hub_</c> is closed to contracts, so it needs no quotes.</param>
/// <param name="SqlType">Type.</param>
/// <param name="IsRequired">The column is not null.</param>
/// <param name="Label">Name in Chinese.</param>
internal sealed record EnvelopeColumn(string Name, string SqlType, bool IsRequired, string Label)
{
    /// <summary>The columns of the current and the version table.</summary>
    public static IReadOnlyList<EnvelopeColumn> All { get; } =
    [
        new("hub_key", "text", true, "记录主键"),
        new("hub_source", "text", true, "来源节点"),
        new("hub_revision", "bigint", true, "版本号"),
        new("hub_effective_from", "date", true, "业务生效日期"),
        new("hub_recorded_at", "timestamptz", true, "入库时间"),
        new("hub_hash", "bytea", true, "内容摘要"),
        new("hub_deleted", "boolean", true, "已删除"),
        new("hub_consolidated", "boolean", true, "归集视图采用"),
        new("hub_source_kind", "text", false, "来源节点类别"),
        new("hub_warnings", "text[]", false, "质量提示"),
        new("hub_payload", "bytea", true, "原始报文"),
        new("hub_provenance", "jsonb", false, "各字段出处(多来源归集)"),
        new("hub_disputed", "text[]", false, "来源不一致的字段"),
    ];

    /// <summary>The column only the version table has.</summary>
    public static EnvelopeColumn SupersededAt { get; } = new("hub_superseded_at", "timestamptz", false, "被替代时间");
}
