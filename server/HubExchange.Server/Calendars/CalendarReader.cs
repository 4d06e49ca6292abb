using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Calendars;

/// <summary>Reads the working calendars. They are few and change once a year, and whoever counts days must see the newest.</summary>
internal sealed class CalendarReader(HubStorage storage, EntityTypes types)
{
    /// <summary>Reads the calendars within a transaction.</summary>
    public async Task<WorkingDays> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        types.Find(WorkingCalendar.Descriptor) is null
            ? new WorkingDays([])
            : new WorkingDays(await new StoredMessages(storage, types, connection, ReadTime.Current).ReadAsync(WorkingCalendar.Parser, cancellationToken));
}
