namespace HubExchange.Server.Jobs;

/// <summary>What a job is and when it runs.</summary>
/// <param name="Id">Id, e.g. <c>references</c>.</param>
/// <param name="Label">Name in Chinese.</param>
/// <param name="LabelEn">Name in English.</param>
/// <param name="Description">What it does, in Chinese.</param>
/// <param name="DescriptionEn">The same in English.</param>
/// <param name="Schedule">Cron expression with seconds, Asia/Shanghai, that holds until somebody changes it.</param>
internal sealed record JobDefinition(
    string Id, string Label, string LabelEn, string Description, string DescriptionEn, string Schedule);
