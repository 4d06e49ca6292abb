using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Places;

/// <summary>How the counts of places are kept.</summary>
internal sealed class PlaceOptions
{
    public const string Section = "Places";

    /// <summary>Most entries of the feed by which kept counts are brought up to date; beyond, records are counted anew.</summary>
    [Range(0, 10_000_000)]
    public int MaxFollowedChanges { get; init; } = 50_000;

    /// <summary>Seconds between two times that kept counts are brought up to date without anybody asking.</summary>
    [Range(1, 3_600)]
    public int RefreshSeconds { get; init; } = 2;

    /// <summary>Seconds after the last question for which they are.</summary>
    [Range(0, 86_400)]
    public int KeepSeconds { get; init; } = 60;
}

[OptionsValidator]
internal sealed partial class PlaceOptionsValidator : IValidateOptions<PlaceOptions>;
