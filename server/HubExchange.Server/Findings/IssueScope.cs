namespace HubExchange.Server.Findings;

/// <summary>
/// What a part of a check answers for: findings of its rules and type whose anchor lies after one text and not after another, in the
/// order of the database. Those of them that it did not find again are resolved.
/// </summary>
/// <param name="Rules">The rules.</param>
/// <param name="Type">Type id.</param>
/// <param name="After">Anchors greater than this; null for all.</param>
/// <param name="Until">Anchors up to this; null for all.</param>
internal sealed record IssueScope(string[] Rules, string Type, string? After = null, string? Until = null);
