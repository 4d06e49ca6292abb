namespace HubExchange.Server.Jobs;

/// <summary>A run that this hub was given.</summary>
/// <param name="Id">Number of the run.</param>
/// <param name="Token">Fencing token: it may commit while the job has this one.</param>
/// <param name="Cursor">Where the next step begins; null at the beginning.</param>
internal sealed record GrantedRun(long Id, long Token, string? Cursor);
