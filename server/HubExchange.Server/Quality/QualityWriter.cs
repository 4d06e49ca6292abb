using System.Text.Json;
using Dapper;
using HubExchange.Server.Jobs.Checks;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Quality;

/// <summary>Makes the scores of a day from the tally and everything else the hub knows of the sources.</summary>
internal sealed class QualityWriter(ReturnReader returns, IOptions<QualityOptions> options, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Replaces the scores of a day.</summary>
    /// <returns>How many sources there are.</returns>
    public async Task<int> WriteAsync(DateOnly day, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        var shares = (await connection.QueryAsync<Share>(Command(
            "ReadShares", new { day, since = day.AddDays(-options.Value.ContactDays) }, transaction, cancellationToken))).ToList();
        shares.AddRange(SharesOf((await returns.ReadAsync(day, transaction, cancellationToken)).Due, day.AddDays(-options.Value.ReturnDays)));
        shares.RemoveAll(share => share.Measure == Share.Records);
        var bySource = shares.ToLookup(share => share.Source);
        var sources = (await connection.QueryAsync<string>(Command("ListSources", new { }, transaction, cancellationToken)))
            .Union(bySource.Select(group => group.Key)).ToArray();
        await connection.ExecuteAsync(Command(
            "WriteScores",
            new
            {
                day,
                now = time.GetUtcNow().UtcDateTime,
                sources,
                scores = JsonSerializer.Serialize(sources.Select(source => Row(source, Score.Of(bySource[source], options.Value))), Json),
                measureSources = shares.ConvertAll(share => share.Source).ToArray(),
                measures = shares.ConvertAll(share => share.Measure).ToArray(),
                good = shares.ConvertAll(share => share.Good).ToArray(),
                examined = shares.ConvertAll(share => share.Examined).ToArray(),
            },
            transaction,
            cancellationToken));
        return sources.Length;
    }

    private static IEnumerable<Share> SharesOf(List<DueReturn> due, DateOnly since)
    {
        foreach (var node in due.Where(each => each.DueOn >= since).GroupBy(each => each.Duty.NodeId))
        {
            yield return new Share(node.Key, MeasureKind.CompletenessReturns, node.LongCount(each => each.IsFilled), node.LongCount());
            yield return new Share(node.Key, MeasureKind.TimelinessReturns, node.LongCount(each => each.IsInTime), node.LongCount());
        }
    }

    private static object Row(string source, Score score) => new
    {
        source,
        score.Total,
        conformity = score.Find(QualityDimension.Conformity),
        completeness = score.Find(QualityDimension.Completeness),
        accuracy = score.Find(QualityDimension.Accuracy),
        consistency = score.Find(QualityDimension.Consistency),
        timeliness = score.Find(QualityDimension.Timeliness),
        accessibility = score.Find(QualityDimension.Accessibility),
    };

    private static CommandDefinition Command(string file, object parameters, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        new(SqlFiles.Read($"Quality/{file}.sql"), parameters, transaction, cancellationToken: cancellationToken);
}
