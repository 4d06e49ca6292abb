namespace HubExchange.Server.Changes;

/// <summary>Names a version of a key.</summary>
/// <param name="Source">Whose version it is.</param>
/// <param name="Revision">Its number.</param>
internal readonly record struct VersionId(string Source, long Revision);
