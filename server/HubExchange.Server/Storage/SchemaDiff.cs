namespace HubExchange.Server.Storage;

/// <summary>How the database differs from the contracts.</summary>
/// <param name="Statements">Statements that create and add what is missing, in order.</param>
/// <param name="Mistakes">Differences the hub does not mend by itself, in Chinese and English. It refuses to start with any.</param>
internal sealed record SchemaDiff(IReadOnlyList<string> Statements, IReadOnlyList<string> Mistakes);
