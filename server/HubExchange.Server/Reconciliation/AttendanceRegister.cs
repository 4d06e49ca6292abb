using Dapper;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Which source attends at which hub, for all hubs of the database. A row counts while the hub that holds the stream renews it, so that a
/// hub that died is soon forgotten.
/// </summary>
internal sealed partial class AttendanceRegister(
    HubStorage storage, HubName hub, IOptions<ReconciliationOptions> options, TimeProvider time, ILogger<AttendanceRegister> logger)
{
    /// <summary>Rows that were renewed before this do not count any more.</summary>
    public DateTime Stale => Now.AddSeconds(-options.Value.AttendanceLeaseSeconds);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A source attends here from now on, whichever hub held its stream before.</summary>
    public Task EnterAsync(Attendance attendance, CancellationToken cancellationToken) => WriteAsync(attendance, isNew: true, cancellationToken);

    /// <summary>A source attends here still.</summary>
    /// <returns>False when a later attendance of the stream took over at another hub.</returns>
    public Task<bool> RenewAsync(Attendance attendance, CancellationToken cancellationToken) => WriteAsync(attendance, isNew: false, cancellationToken);

    /// <summary>A source attends here no more. When the database cannot be told, the row is forgotten like that of a hub that died.</summary>
    public async Task LeaveAsync(Attendance attendance)
    {
        try
        {
            await using var connection = await storage.DataSource.OpenConnectionAsync();
            await connection.ExecuteAsync(SqlFiles.Read("Reconciliation/LeaveAttendance.sql"), new { attendance.Source, attendance.Stream, attendance.Id });
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
        {
            Log.NotLeft(logger, attendance.Source, attendance.Stream, exception.Message);
        }
    }

    /// <summary>
    /// The other hub at which a source attends for a type; null when it does at none. A row of this hub is that of an attendance from before a
    /// restart.
    /// </summary>
    public async Task<string?> FindHubAsync(string source, string type, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/FindAttendingHub.sql"), new { source, type, stale = Stale, hub = hub.Value }, cancellationToken: cancellationToken));
    }

    /// <summary>What is attended for at any hub, in order.</summary>
    public async Task<List<AttendedType>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<AttendedType>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/ListAttended.sql"), new { stale = Stale }, cancellationToken: cancellationToken))).AsList();

    private async Task<bool> WriteAsync(Attendance attendance, bool isNew, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var parameters = new
        {
            attendance.Source,
            attendance.Stream,
            attendance.Id,
            types = attendance.Types.Order(StringComparer.Ordinal).ToArray(),
            hub = hub.Value,
            at = Now,
            stale = Stale,
            isNew,
        };
        return await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(
            SqlFiles.Read("Reconciliation/EnterAttendance.sql"), parameters, cancellationToken: cancellationToken)) is not null;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "That {Source} no more attends by {Stream} could not be noted: {Reason}")]
        public static partial void NotLeft(ILogger logger, string source, string stream, string reason);
    }
}
