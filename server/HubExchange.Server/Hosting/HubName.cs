using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace HubExchange.Server.Hosting;

/// <summary>What people call this hub among several of a cluster.</summary>
internal sealed class HubName(IServer server, IConfiguration configuration)
{
    private readonly string _name = HostingOptions.Read(configuration).Name;

    /// <summary>The configured name, else machine and port; the port is known once the hub listens.</summary>
    public string Value => _name.Length > 0 ? _name : $"{Environment.MachineName}:{Port}";

    private int Port => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
        ? new Uri(address.Replace("*", "any", StringComparison.Ordinal).Replace("[::]", "any", StringComparison.Ordinal)).Port
        : 0;
}
