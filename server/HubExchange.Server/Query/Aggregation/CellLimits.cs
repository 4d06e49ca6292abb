namespace HubExchange.Server.Query.Aggregation;

/// <summary>What a cell of statistical returns must keep to be shown.</summary>
/// <param name="MinContributors">Fewest contributors.</param>
/// <param name="MaxShare">Most of a sum that one of them may make up, from 0 to 1.</param>
internal readonly record struct CellLimits(long MinContributors, double MaxShare);
