using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>Limits of aggregates.</summary>
internal sealed class AggregateOptions
{
    public const string Section = "Aggregates";

    /// <summary>Most groups that can be paged through; a page beyond is refused.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxPagedGroups { get; init; } = 100_000;

    /// <summary>Seconds that an aggregate waits for batches that later ones overtook, so that its instant is final.</summary>
    [Range(1, 600)]
    public int SettleTimeoutSeconds { get; init; } = 10;

    /// <summary>Fewest contributors of a cell of a statistical type that is shown to those who get aggregates only.</summary>
    [Range(3, 1_000)]
    public int MinContributors { get; init; } = 3;

    /// <summary>Most of a sum that a single contributor may make up in a cell of statistical returns that is shown; from 0.5 to 1.</summary>
    [Range(0.5, 1.0)]
    public double MaxContributorShare { get; init; } = 0.85;

    /// <summary>Most groups of such an aggregate; all of them are needed to find out which cells must be withheld.</summary>
    [Range(100, 1_000_000)]
    public int MaxProtectedGroups { get; init; } = 10_000;
}

[OptionsValidator]
internal sealed partial class AggregateOptionsValidator : IValidateOptions<AggregateOptions>;
