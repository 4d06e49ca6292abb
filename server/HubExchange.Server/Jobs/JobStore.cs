using Dapper;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Jobs;

/// <summary>Runs of jobs in the database.</summary>
internal sealed class JobStore(HubStorage storage)
{
    // Giving out a run waits for a step of its former owner to end.
    private const int BeginTimeoutSeconds = 120;

    /// <summary>Gives the run of a slot to a hub.</summary>
    /// <returns>The run; null when the slot is done already.</returns>
    public async Task<GrantedRun?> BeginAsync(string job, DateTime slot, string hub, DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<GrantedRun>(new CommandDefinition(
            SqlFiles.Read("Jobs/BeginRun.sql"), new { job, slot, hub, now }, commandTimeout: BeginTimeoutSeconds, cancellationToken: cancellationToken));
    }

    /// <summary>Makes sure that a hub still has the run, and that it keeps it until the transaction ends.</summary>
    /// <exception cref="JobFencedException">It has not.</exception>
    public static async Task EnsureTokenAsync(string job, long token, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var current = await transaction.Connection!.ExecuteScalarAsync<long>(Command("LockToken", new { job }, transaction, cancellationToken));
        if (current != token)
        {
            throw new JobFencedException(job);
        }
    }

    /// <summary>Keeps what a step did, in its transaction.</summary>
    public static Task AdvanceAsync(long id, JobStep step, DateTime now, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(Command(
            "AdvanceRun",
            new { id, cursor = step.NextCursor, now, step.Examined, step.Raised, step.Resolved, step.Changed },
            transaction,
            cancellationToken));

    /// <summary>Ends a run with an error.</summary>
    public Task FailAsync(GrantedRun run, string problem, DateTime now, CancellationToken cancellationToken) =>
        ExecuteAsync("EndRun", new { run.Id, run.Token, state = "FAILED", problem, now }, cancellationToken);

    /// <summary>Gives a run back, for any hub to go on with.</summary>
    public Task ReleaseAsync(GrantedRun run, DateTime now, CancellationToken cancellationToken) =>
        ExecuteAsync("EndRun", new { run.Id, run.Token, state = "QUEUED", problem = "", now }, cancellationToken);

    /// <summary>Asks for a run.</summary>
    public async Task<JobRun> QueueAsync(string job, string by, DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<long>(Command("QueueRun", new { job, by, now }, null, cancellationToken));
        return (await ListAsync(job, JobRunState.Unspecified, id + 1, 1, cancellationToken))[0];
    }

    /// <summary>Slots of a job that are not done.</summary>
    public async Task<List<DateTime>> ListUnfinishedAsync(string job, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<DateTime>(Command("ListUnfinished", new { job }, null, cancellationToken))).AsList();
    }

    /// <summary>Jobs with a run of which nothing was heard since an instant.</summary>
    public async Task<List<string>> ListStalledAsync(DateTime before, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<string>(Command("ListStalled", new { before }, null, cancellationToken))).AsList();
    }

    /// <summary>Runs below a number, newest first.</summary>
    public async Task<List<JobRun>> ListAsync(string job, JobRunState state, long before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(Command("ListRuns", new { job, state = CodeOf(state), before, limit }, null, cancellationToken));
        return [.. rows.Select(Message)];
    }

    /// <summary>The last run of every job.</summary>
    public async Task<Dictionary<string, JobRun>> LastRunsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(Command("LastRuns", new { }, null, cancellationToken));
        return rows.ToDictionary(row => row.Job, Message);
    }

    private async Task ExecuteAsync(string file, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(Command(file, parameters, null, cancellationToken));
    }

    private static CommandDefinition Command(string file, object parameters, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        new(SqlFiles.Read($"Jobs/{file}.sql"), parameters, transaction, cancellationToken: cancellationToken);

    /// <summary>The code of a state in the database; empty for any.</summary>
    public static string CodeOf(JobRunState state) => state == JobRunState.Unspecified ? "" : state.ToString().ToUpperInvariant();

    private static JobRun Message(Row row) => new()
    {
        Id = row.Id,
        Job = row.Job,
        Slot = Timestamp.FromDateTime(row.Slot),
        State = System.Enum.Parse<JobRunState>(row.State, ignoreCase: true),
        RequestedBy = row.RequestedBy,
        Hub = row.Hub,
        Attempts = row.Attempts,
        StartedAt = row.StartedAt is { } startedAt ? Timestamp.FromDateTime(startedAt) : null,
        EndedAt = row.EndedAt is { } endedAt ? Timestamp.FromDateTime(endedAt) : null,
        Steps = row.Steps,
        Examined = row.Examined,
        Raised = row.Raised,
        Resolved = row.Resolved,
        Changed = row.Changed,
        Problem = row.Problem,
    };

    private sealed record Row(
        long Id, string Job, DateTime Slot, string State, string RequestedBy, string Hub, int Attempts, DateTime? StartedAt, DateTime? EndedAt,
        int Steps, long Examined, long Raised, long Resolved, long Changed, string Problem);
}
