using System.ComponentModel.DataAnnotations;

namespace HubExchange.Server.Identity;

/// <summary>Who the hub is and how long it trusts what it has looked up.</summary>
internal sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>Node of the bureau that operates the hub. It is CENTER even before any record of type <c>hub.node</c> exists.</summary>
    [Required]
    [StringLength(64, MinimumLength = 1)]
    public string OperatorNode { get; init; } = "ND-CITY";

    /// <summary>
    /// DNS names and IP addresses under which nodes reach the hub. The server certificate always holds localhost, the name of the
    /// machine and the loopback addresses, too.
    /// </summary>
    public string[] ServerNames { get; init; } = [];

    /// <summary>
    /// How long a looked-up token, certificate or node is believed, and how often an open stream confirms its caller. A revocation
    /// ends streams within twice this time.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:02.500")]
    public TimeSpan TrustPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Tokens, certificates and nodes kept in memory at a time, each.</summary>
    [Range(100, 1_000_000)]
    public int RememberedCallers { get; init; } = 10_000;

    public static IdentityOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<IdentityOptions>() ?? new IdentityOptions();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
