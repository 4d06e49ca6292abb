using System.Net;
using System.Net.Sockets;

namespace HubExchange.Benchmarks.Peers;

/// <summary>Programs of peers that come with packages of Debian: where they are installed, or where tests/bench unpacked them.</summary>
internal static class PeerProgram
{
    /// <summary>etcd; null when there is none.</summary>
    public static string? Etcd { get; } = Find("etcd");

    /// <summary>The server of NATS; null when there is none.</summary>
    public static string? Nats { get; } = Find("nats-server");

    /// <summary>A port of this machine that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find(string name)
    {
        var unpacked = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "peers", "usr"));
        string[] folders =
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            "/usr/bin", "/usr/sbin", Path.Combine(unpacked, "bin"), Path.Combine(unpacked, "sbin"),
        ];
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
