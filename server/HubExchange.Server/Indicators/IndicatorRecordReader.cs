using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Indicators;

/// <summary>Lists the records behind a term of an indicator, as the caller may see them.</summary>
internal sealed class IndicatorRecordReader(EntityTypes types, HubStorage storage, TimeProvider clock)
{
    /// <summary>At most <paramref name="limit"/> records after a key.</summary>
    /// <exception cref="FieldNotReadableException">The term filters by what the caller may not see.</exception>
    public async Task<(EntityType Type, List<Record> Records)> ListAsync(
        ListIndicatorRecordsRequest request, ReadTime time, string after, int limit, Caller caller, CancellationToken cancellationToken)
    {
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginSurveyAsync(cancellationToken);
        var book = await IndicatorBook.ReadAsync(storage, types, connection, time.RecordedAsOf, cancellationToken);
        var target = book.Targets.FirstOrDefault(target => target.IndicatorId == request.IndicatorId);
        var definition = book.Definitions.GetValueOrDefault(request.IndicatorId);
        var term = definition?.Terms.FirstOrDefault(term => request.Term.Length == 0 || term.Id == request.Term);
        if (target is null || definition is null || term is null)
        {
            throw IndicatorService.NotFound(request.IndicatorId);
        }

        var today = time.RecordedAsOf is { } instant ? ChinaTime.DayOf(instant) : ChinaTime.Today(clock);
        var period = ScorecardReader.PeriodOf(target.PlanYear, time.EffectiveOn, today);
        var day = period.DaysOf(term.Moment).Last();
        var calculator = new IndicatorCalculator(types, storage, connection, time.RecordedAsOf, today);
        var places = await calculator.BookAsync(day, cancellationToken);
        await using var command = new NpgsqlCommand { Connection = connection };
        var sql = new TermSql(types, storage, caller, period, time.RecordedAsOf, command.Parameters);
        command.CommandText = sql.Records(definition, term, day, places, request.PlaceId, after, limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var type = types.Find(term.Type)!;
        var access = new ReadAccess(caller, type);
        var records = new List<Record>();
        while (await rows.ReadAsync(cancellationToken))
        {
            records.Add(RecordRow.Read(type, rows, access));
        }

        return (type, records);
    }
}
