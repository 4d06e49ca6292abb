namespace HubExchange.Server.Quality;

/// <summary>A day of the trend as it is stored.</summary>
internal sealed record TrendRow(DateOnly Day, decimal? Total, int Rank);
