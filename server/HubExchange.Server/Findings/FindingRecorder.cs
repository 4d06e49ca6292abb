using System.Text.Json;
using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Calendars;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Findings;

/// <summary>
/// Keeps what a check found, within the check's transaction. The same thing found again is the same finding: it is updated when its
/// evidence changed and reopened when it was closed because its cause was gone. What is no longer found is closed with evidence. Writing
/// the same twice changes nothing.
/// </summary>
/// <remarks>
/// A finding that people have closed, e.g. because the value was confirmed, stays closed as long as the check finds the same values.
/// </remarks>
internal sealed class FindingRecorder(CalendarReader calendars, FindingCorrections corrections, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Keeps the issues of one part of a check.</summary>
    /// <param name="issues">What was found, each (rule, fingerprint) once.</param>
    /// <param name="scope">What the part answers for.</param>
    /// <param name="note">What stands as the reason of resolved findings: which check looked.</param>
    /// <param name="transaction">The transaction of the check.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <returns>How many were raised or reopened, and how many resolved.</returns>
    public async Task<(int Raised, int Resolved)> RecordAsync(
        IReadOnlyList<Issue> issues, IssueScope scope, string note, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var connection = transaction.Connection!;
        var term = FindingTerm.TryFrom(ChinaTime.DayOf(now), await calendars.ReadAsync(connection, cancellationToken));
        var parameters = new
        {
            issues = JsonSerializer.Serialize(issues.Select(Row), Json),
            scope.Rules,
            scope.Type,
            scope.After,
            scope.Until,
            note,
            at = now.UtcDateTime,
            by = EntityTable.HubSource,
            term.ReceivedOn,
            term.AmberOn,
            term.DueOn,
        };
        var reopened = 0;
        var added = 0;
        if (issues.Count > 0)
        {
            await ExecuteAsync("UpdateRuleFindings");
            reopened = await ExecuteAsync("ReopenRuleFindings");
            added = await ExecuteAsync("AddRuleFindings");
        }

        var resolved = (await connection.QueryAsync<long>(new CommandDefinition(
            SqlFiles.Read("Findings/ResolveRuleFindings.sql"), parameters, transaction, cancellationToken: cancellationToken))).AsList();
        await corrections.NoteAsync(scope.Type, resolved, now.UtcDateTime, connection, cancellationToken);
        return (added + reopened, resolved.Count);

        Task<int> ExecuteAsync(string file) => connection.ExecuteScalarAsync<int>(new CommandDefinition(
            SqlFiles.Read($"Findings/{file}.sql"), parameters, transaction, cancellationToken: cancellationToken));
    }

    private static object Row(Issue issue) => new
    {
        issue.Rule,
        issue.Fingerprint,
        issue.Anchor,
        Dimension = FindingCode.Of(issue.Dimension),
        Severity = FindingCode.Of(issue.Severity),
        issue.Zh,
        issue.En,
        issue.Type,
        issue.Key,
        issue.Field,
        issue.Source,
        issue.Owner,
        issue.Observed,
        issue.Expected,
        Evidence = JsonSerializer.SerializeToElement(issue.Evidence, Json),
    };
}
