using HubExchange.Contracts.Entities;

namespace HubExchange.Client;

/// <summary>Where the hub is, whom to trust and who calls.</summary>
public sealed record HubClientOptions
{
    /// <summary>Address of the hub, e.g. <c>https://hub.example.gov.cn:7443</c>. Always https.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// PEM file with the certification authority of the hub. Only it is trusted, and the host name is verified always.
    /// Null means the authorities this machine trusts.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with the certificate of a node (mutual TLS). Needs <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the private key of the node.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Bearer token of a person.</summary>
    public string? Token { get; init; }

    /// <summary>How long a call may take, also the first answer of a stream. Streams themselves have no limit. 30 seconds unless set.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest message accepted from the hub in bytes. 16 MiB unless set.</summary>
    public int MaxReceiveBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The entity types this client knows. Those of the product unless set.</summary>
    public EntityTypes Types { get; init; } = CityEntityTypes.All;

    /// <summary>Clock for deadlines and waiting times.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
