using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>Which deadlines that are past are told.</summary>
internal sealed class DeadlineOptions
{
    public const string Section = "Jobs:Deadlines";

    /// <summary>
    /// What was due this calendar year and so many before is told while it is not done; of plan years closed longer ago nothing is, so that
    /// a hub that is filled with old plans does not drown those who work by new ones. 0 means this year alone.
    /// </summary>
    [Range(0, 100)]
    public int YearsBack { get; init; } = 1;
}

[OptionsValidator]
internal sealed partial class DeadlineOptionsValidator : IValidateOptions<DeadlineOptions>;
