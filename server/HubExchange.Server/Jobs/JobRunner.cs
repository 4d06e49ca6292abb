using System.Globalization;
using HubExchange.Server.Calendars;
using HubExchange.Server.Faults;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Jobs;

/// <summary>
/// Does runs step by step. Each step is a transaction that first makes sure, under a lock it holds until the commit, that this hub still
/// has the run: a hub that was taken for dead and wakes up commits nothing.
/// </summary>
internal sealed partial class JobRunner(JobStore store, HubStorage storage, IOptions<JobOptions> options, TimeProvider time, ILogger<JobRunner> logger)
{
    private const int MaxProblem = 1_000;

    /// <summary>Does the run of a slot, or what is left of it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="slot">The slot, UTC.</param>
    /// <param name="hub">This hub.</param>
    /// <param name="cancellationToken">The hub stops: the run is given back after its last step.</param>
    /// <returns>Whether there was anything to do.</returns>
    public async Task<bool> RunAsync(IHubJob job, DateTime slot, string hub, CancellationToken cancellationToken)
    {
        var id = job.Definition.Id;
        if (await store.BeginAsync(id, slot, hub, Now, cancellationToken) is not { } run)
        {
            return false;
        }

        try
        {
            await RunStepsAsync(job, run, slot, cancellationToken);
            Log.Finished(logger, id, run.Id);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await store.ReleaseAsync(run, Now, CancellationToken.None);
            throw;
        }
        catch (JobFencedException)
        {
            Log.Fenced(logger, id, run.Id);
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, id, run.Id);
            await store.FailAsync(run, ProblemOf(exception), Now, CancellationToken.None);
        }

        return true;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task RunStepsAsync(IHubJob job, GrantedRun run, DateTime slot, CancellationToken cancellationToken)
    {
        var size = new StepSize(options.Value);
        var cursor = run.Cursor;
        do
        {
            var begun = time.GetTimestamp();
            try
            {
                var step = await RunStepAsync(job, run, slot, cursor, size.Records, cancellationToken);
                size.Ended(time.GetElapsedTime(begun), step.Examined);
                cursor = step.NextCursor;
            }
            catch (PostgresException exception) when (
                exception.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested && size.TryShrink())
            {
                // Nothing of the step was kept: it is done again with fewer records.
                Log.Shrunk(logger, job.Definition.Id, run.Id, size.Records);
            }
        }
        while (cursor is not null);
    }

    private async Task<JobStep> RunStepAsync(
        IHubJob job, GrantedRun run, DateTime slot, string? cursor, int size, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LimitAsync(connection, transaction, cancellationToken);
        await JobStore.EnsureTokenAsync(job.Definition.Id, run.Token, transaction, cancellationToken);
        var step = await job.RunStepAsync(new JobContext(run.Id, slot, cursor, size, transaction), cancellationToken);
        await JobStore.AdvanceAsync(run.Id, step, Now, transaction, cancellationToken);
        await FailPoints.HitAsync(FailPoint.JobStep);
        await transaction.CommitAsync(cancellationToken);
        return step;
    }

    private async Task LimitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var limits = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            set local idle_in_transaction_session_timeout = {(long)options.Value.IdleTransactionTimeout.TotalMilliseconds};
            set local statement_timeout = {(long)options.Value.StatementTimeout.TotalMilliseconds}
            """);
        await using var command = new NpgsqlCommand(limits, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // What an operator can mend is said; anything else is in the log.
    private static string ProblemOf(Exception exception)
    {
        var problem = exception is CalendarMissingException ? exception.Message : $"内部错误,详见日志 Internal error, see the log: {exception.GetType().Name}";
        return problem.Length > MaxProblem ? problem[..MaxProblem] : problem;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Job {Job}: run {Run} finished")]
        public static partial void Finished(ILogger logger, string job, long run);

        [LoggerMessage(LogLevel.Information, "Job {Job}: a step of run {Run} took too long and is done again with {Records} records")]
        public static partial void Shrunk(ILogger logger, string job, long run, int records);

        [LoggerMessage(LogLevel.Warning, "Job {Job}: run {Run} was taken over by another hub; nothing more is committed here")]
        public static partial void Fenced(ILogger logger, string job, long run);

        [LoggerMessage(LogLevel.Error, "Job {Job}: run {Run} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string job, long run);
    }
}
