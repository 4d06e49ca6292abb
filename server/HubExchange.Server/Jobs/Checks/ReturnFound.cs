namespace HubExchange.Server.Jobs.Checks;

/// <summary>What came of a return, in every version.</summary>
/// <param name="Count">Versions of records.</param>
/// <param name="FirstOn">Day of the first, Asia/Shanghai; null when nothing came.</param>
/// <param name="Filled">Those that hold more than what is required.</param>
internal sealed record ReturnFound(long Count, DateOnly? FirstOn, long Filled);
