using System.ComponentModel.DataAnnotations;

namespace HubExchange.Server.Hosting;

/// <summary>Where the hub listens and how much one caller may take of it.</summary>
internal sealed class HostingOptions
{
    public const string Section = "Hosting";

    /// <summary>IP address to listen on, <c>localhost</c>, or <c>*</c> for every address of the machine.</summary>
    [Required]
    public string Address { get; init; } = "localhost";

    /// <summary>Port for gRPC and REST alike; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; init; } = 7443;

    /// <summary>What people call this hub among several; machine and port unless set.</summary>
    [MaxLength(100)]
    public string Name { get; init; } = "";

    /// <summary>Whether gRPC reflection tells anybody what services there are.</summary>
    public bool Reflection { get; init; } = true;

    /// <summary>Whether <c>/openapi.json</c> and <c>/docs</c> tell anybody how to call the hub over JSON.</summary>
    public bool Documentation { get; init; } = true;

    /// <summary>Connections open at a time; further ones are closed at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrentConnections { get; init; } = 1_000;

    /// <summary>Bytes a caller may send on one stream before the hub has read them. Two frames of the push protocol.</summary>
    [Range(65_535, 64 * 1024 * 1024)]
    public int StreamWindowBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The same for all streams of a connection together.</summary>
    [Range(65_535, 256 * 1024 * 1024)]
    public int ConnectionWindowBytes { get; init; } = 4 * 1024 * 1024;

    public static HostingOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<HostingOptions>() ?? new HostingOptions();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
