using System.Globalization;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Calendars;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>Reads which returns were due, and what came of each. Duties are few, and of each the last three years are looked at.</summary>
internal sealed class ReturnReader(HubStorage storage, EntityTypes types, CalendarReader calendars)
{
    private const int YearsBack = 3;

    // In days to SQL: a day begins in China.
    private const string Day = "(hub_recorded_at at time zone 'Asia/Shanghai')::date";

    /// <summary>The returns whose last day is past, by duty and period, and the duties whose returns cannot be looked for.</summary>
    /// <exception cref="CalendarMissingException">A term reaches into a year without a calendar.</exception>
    public async Task<(List<DueReturn> Due, List<WrongDuty> Wrong)> ReadAsync(
        DateOnly today, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var due = new List<DueReturn>();
        var wrong = new List<WrongDuty>();
        if (types.Find(ReportingDuty.Descriptor) is null)
        {
            return (due, wrong);
        }

        var connection = transaction.Connection!;
        var days = await calendars.ReadAsync(connection, cancellationToken);
        foreach (var duty in await new StoredMessages(storage, types, connection, ReadTime.Current).ReadAsync(ReportingDuty.Parser, cancellationToken))
        {
            if (types.Find(duty.RecordType) is not { } type)
            {
                wrong.Add(new WrongDuty(duty, "record_type", duty.RecordType));
                continue;
            }

            if (duty.PeriodField.Length > 0 && storage.TableOf(type).Find(duty.PeriodField) is null)
            {
                wrong.Add(new WrongDuty(duty, "period_field", duty.PeriodField));
                continue;
            }

            var (from, until) = (DayOf(duty.ValidFrom, today), DayOf(duty.ValidTo, today));
            from = from > today.AddYears(-YearsBack) ? from : today.AddYears(-YearsBack);
            foreach (var period in ReturnPeriod.Between(duty.Cadence, from, until < today ? until : today))
            {
                var dueOn = days.Add(period.End, duty.DueWorkingDays);
                if (today > dueOn)
                {
                    due.Add(new DueReturn(duty, type, period, dueOn, await FindAsync(duty, type, period, transaction, cancellationToken)));
                }
            }
        }

        return (due, wrong);
    }

    // Earlier versions count, too: a return that came in time and was corrected later is in time.
    private async Task<ReturnFound> FindAsync(
        ReportingDuty duty, EntityType type, ReturnPeriod period, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var table = storage.TableOf(type);
        var column = duty.PeriodField.Length == 0 ? null : table.Find(duty.PeriodField);
        var content = table.Columns.Where(each => !each.Field.Options.Required && !type.Key.Contains(each.Field)).Select(each => each.QuotedName).ToList();
        var filled = content.Count == 0 ? "true" : $"num_nonnulls({string.Join(", ", content)}) > 0";
        var condition = column is null ? $"{Day} > @end and {Day} <= @nextEnd" : $"{column.QuotedName} = @period";
        var select = $"select {Day} as day, not hub_deleted and {filled} as is_filled from {{0}} where hub_source = @source and {condition}";
        return await transaction.Connection!.QuerySingleAsync<ReturnFound>(new CommandDefinition(
            $"""
            select count(*) as "Count", min(day) as "FirstOn", count(*) filter (where is_filled) as "Filled"
            from (
              {string.Format(CultureInfo.InvariantCulture, select, table.Table)}
              union all
              {string.Format(CultureInfo.InvariantCulture, select, table.VersionTable)}) v
            """,
            new { source = duty.NodeId, period = period.Name, end = period.End, nextEnd = period.NextEnd },
            transaction,
            cancellationToken: cancellationToken));
    }

    private static DateOnly DayOf(string text, DateOnly otherwise) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : otherwise;
}
