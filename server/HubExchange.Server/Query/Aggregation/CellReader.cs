using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>Lists the records behind a cell of an aggregate.</summary>
internal sealed class CellReader(EntityTypes types, HubStorage storage)
{
    /// <summary>At most <paramref name="limit"/> records after a key and source, in the order of both.</summary>
    public async Task<List<Record>> ListAsync(
        AggregatePlan plan, AggregateCell cell, (string Key, string Source) after, int limit, CancellationToken cancellationToken)
    {
        var request = cell.Request;
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginSurveyAsync(cancellationToken);
        PlaceBook? book = null;
        LayoutDefinition? layout = null;
        if (plan.NeedsPlace)
        {
            var day = ChinaTime.DayOf(request.RecordedAsOf.ToDateTime());
            book = await PlaceBook.ReadAsync(storage, types, connection, time, day, cancellationToken);
            layout = plan.Groups.Any(group => group.NeedsLayout)
                ? book.Find(request.Layout) ?? throw HubErrors.Of(ErrorReason.LayoutNotFound, ("layout", request.Layout))
                : null;
        }

        await using var command = new NpgsqlCommand { Connection = connection };
        var rows = new RecordRows(storage, time, command.Parameters);
        var sql = new AggregateSql(
            plan, request.Filter, request.Source, rows, types, time.EffectiveOn ?? ChinaTime.DayOf(request.RecordedAsOf.ToDateTime()), book, layout, RecordRow.Envelope);
        string?[] values = [.. cell.Groups.Select(group => group.Absent ? null : group.Value)];
        command.CommandText = sql.Records(RecordRow.Columns, values, after, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<Record>();
        while (await reader.ReadAsync(cancellationToken))
        {
            records.Add(RecordRow.Read(plan.Type, reader, plan.Access));
        }

        return records;
    }
}
