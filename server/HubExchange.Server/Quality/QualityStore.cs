using Dapper;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Quality;

/// <summary>Reads scores.</summary>
internal sealed class QualityStore(HubStorage storage)
{
    /// <summary>The last day with scores up to a day; null when there is none.</summary>
    public Task<DateOnly?> FindDayAsync(DateOnly day, CancellationToken cancellationToken) =>
        ScalarAsync<DateOnly?>("FindDay", new { day }, cancellationToken);

    /// <summary>Scores of a day by rank, of one source or, when that is empty, of all.</summary>
    public Task<List<ScoreRow>> ListAsync(DateOnly day, string source, CancellationToken cancellationToken) =>
        QueryAsync<ScoreRow>("ListScores", new { day, source }, cancellationToken);

    /// <summary>How many sources have a rank on a day.</summary>
    public Task<int> CountRankedAsync(DateOnly day, CancellationToken cancellationToken) => ScalarAsync<int>("CountRanked", new { day }, cancellationToken);

    /// <summary>What a score is made of.</summary>
    public Task<List<Share>> ListMeasuresAsync(string source, DateOnly day, CancellationToken cancellationToken) =>
        QueryAsync<Share>("ListMeasures", new { source, day }, cancellationToken);

    /// <summary>Scores of a source over the days after one, up to another.</summary>
    public Task<List<TrendRow>> ListTrendAsync(string source, DateOnly after, DateOnly day, CancellationToken cancellationToken) =>
        QueryAsync<TrendRow>("ListTrend", new { source, after, day }, cancellationToken);

    private async Task<List<T>> QueryAsync<T>(string file, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(Command(file, parameters, cancellationToken))).AsList();
    }

    private async Task<T?> ScalarAsync<T>(string file, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<T>(Command(file, parameters, cancellationToken));
    }

    private static CommandDefinition Command(string file, object parameters, CancellationToken cancellationToken) =>
        new(SqlFiles.Read($"Quality/{file}.sql"), parameters, cancellationToken: cancellationToken);
}
