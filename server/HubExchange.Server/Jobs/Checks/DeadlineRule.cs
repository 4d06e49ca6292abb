namespace HubExchange.Server.Jobs.Checks;

/// <summary>A day in the records that something ends or is due on.</summary>
/// <param name="Type">Type id.</param>
/// <param name="Field">Field with the day.</param>
/// <param name="Done">Field that, once it is set, says that it is done, renewed or revoked; empty when nothing says so.</param>
/// <param name="NoticeDays">Days ahead from which it is told as a warning.</param>
/// <param name="GraceDays">Days after it as long as it is told as an error; past matters of registers are no news.</param>
/// <param name="Zh">What ends, in Chinese.</param>
/// <param name="En">What ends, in English.</param>
internal sealed record DeadlineRule(string Type, string Field, string Done, int NoticeDays, int GraceDays, string Zh, string En)
{
    /// <summary>Every one.</summary>
    public static IReadOnlyList<DeadlineRule> All { get; } =
    [
        new("enterprise.hte_certificate", "valid_to", "revoked_on", 90, 90, "高新技术企业证书到期", "high-tech certificate expires"),
        new("mechanism.document", "expires_on", "", 60, 30, "文件失效", "document ceases"),
        new("mechanism.task", "due_on", "done_on", 30, 3_650, "重点任务到期", "task is due"),
        new("region.milestone", "due_on", "done_on", 30, 3_650, "里程碑到期", "milestone is due"),
        new("technology.tech_contract", "valid_to", "", 30, 30, "技术合同终止", "contract ends"),
    ];
}
