using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs;

/// <summary>How this hub takes part in the jobs.</summary>
internal sealed class JobOptions
{
    public const string Section = "Jobs";

    /// <summary>This hub does jobs. Without it the hub serves calls only, those about jobs included; another one must do them.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Jobs this hub does at a time, each with a connection to the database.</summary>
    [Range(1, 16)]
    public int MaxConcurrent { get; init; } = 2;

    /// <summary>Most records a step looks at; a step is one transaction. How many it is follows <see cref="StepTime"/>.</summary>
    [Range(10, 100_000)]
    public int StepRecords { get; init; } = 20_000;

    /// <summary>How long a step should take: steps look at more records while they are quicker, and at fewer when they are slower.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan StepTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Days that ended runs are kept; the last one of each job stays.</summary>
    [Range(1, 36_500)]
    public int HistoryDays { get; init; } = 400;

    /// <summary>Days after which the self-check reads all of the change feed again, and not only what came since.</summary>
    [Range(1, 3_650)]
    public int WholeFeedDays { get; init; } = 28;

    /// <summary>How often a hub says that it lives; its runs are taken over after about two of these.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan CheckinInterval { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>A run of which nothing was heard for this long is given to a hub that lives.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a step may stand still within its transaction before the database ends it; a hub that hangs loses its run.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan IdleTransactionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a statement of a step may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class JobOptionsValidator : IValidateOptions<JobOptions>;
