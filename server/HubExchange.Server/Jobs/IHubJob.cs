namespace HubExchange.Server.Jobs;

/// <summary>
/// Work that the hub does by the clock. A run is a sequence of steps, each one transaction that the scheduler opens, fences and commits
/// together with the cursor, so a run that was broken off goes on where its last step ended, on whichever hub. A step must be idempotent
/// up to its commit (it touches nothing outside the transaction) and bounded.
/// </summary>
internal interface IHubJob
{
    /// <summary>What the job is and when it runs.</summary>
    JobDefinition Definition { get; }

    /// <summary>Does one step.</summary>
    /// <param name="context">Where to begin, and the transaction.</param>
    /// <param name="cancellationToken">The hub stops: the step is rolled back and done again later.</param>
    /// <returns>What was done and where the next step begins.</returns>
    Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken);
}
