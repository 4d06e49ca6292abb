namespace HubExchange.Server.Jobs;

/// <summary>What a step did.</summary>
/// <param name="NextCursor">Where the next step begins; null after the last.</param>
/// <param name="Examined">What it looked at.</param>
/// <param name="Raised">Findings raised or reopened.</param>
/// <param name="Resolved">Findings closed because their cause was gone.</param>
/// <param name="Changed">Rows changed besides.</param>
internal sealed record JobStep(string? NextCursor, long Examined, long Raised = 0, long Resolved = 0, long Changed = 0);
