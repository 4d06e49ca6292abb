using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Sharing;

/// <summary>By which rules share requests are dealt with.</summary>
internal sealed class ShareOptions
{
    public const string Section = "Sharing";

    /// <summary>Rule set in <c>hub.share_rule</c> by which the terms of new requests are counted; requests that are there keep theirs.</summary>
    [Required]
    [StringLength(64, MinimumLength = 1)]
    public string RuleSet { get; init; } = "ORDER_809";
}

[OptionsValidator]
internal sealed partial class ShareOptionsValidator : IValidateOptions<ShareOptions>;
