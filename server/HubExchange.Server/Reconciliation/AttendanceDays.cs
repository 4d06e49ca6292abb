using System.Collections.Concurrent;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>Keeps on which days a source attended: whether it can be reached is a part of its quality. One row for a source and day.</summary>
internal sealed class AttendanceDays(HubStorage storage, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateOnly> _noted = new();

    /// <summary>Notes a sign of life; writes only the first of a day.</summary>
    public async Task NoteAsync(string source, CancellationToken cancellationToken)
    {
        var today = ChinaTime.Today(time);
        if (_noted.TryGetValue(source, out var noted) && noted == today)
        {
            return;
        }

        await using var command = storage.DataSource.CreateCommand(SqlFiles.Read("Reconciliation/AddAttendanceDay.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = today });
        await command.ExecuteNonQueryAsync(cancellationToken);
        _noted[source] = today;
    }
}
