using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HubExchange.Server.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace HubExchange.Server.Hosting;

internal static class KestrelSetup
{
    /// <summary>One TLS port for gRPC (HTTP/2) and REST (HTTP/2 or HTTP/1.1).</summary>
    public static WebApplicationBuilder AddHubKestrel(this WebApplicationBuilder builder, HubIdentity identity)
    {
        var options = HostingOptions.Read(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits, options);
            Listen(kestrel, options, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                endpoint.UseHttps(https => Secure(https, identity));
            });
        });
        return builder;
    }

    private static void Limit(KestrelServerLimits limits, HostingOptions options)
    {
        limits.MaxConcurrentConnections = options.MaxConcurrentConnections;
        limits.Http2.InitialStreamWindowSize = options.StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = options.ConnectionWindowBytes;

        // Finds nodes that vanished without a word, such as behind a firewall that dropped its state.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(30);

        // With the defaults, half an HTTP/2 preface keeps its connection for 130 seconds and endless headers keep theirs for 30.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    }

    private static void Listen(KestrelServerOptions kestrel, HostingOptions options, Action<ListenOptions> configure)
    {
        switch (options.Address)
        {
            case "*":
                kestrel.ListenAnyIP(options.Port, configure);
                break;
            // ListenLocalhost cannot take a free port, because it would need the same one twice.
            case "localhost" when options.Port == 0:
                kestrel.Listen(IPAddress.Loopback, options.Port, configure);
                break;
            case "localhost":
                kestrel.ListenLocalhost(options.Port, configure);
                break;
            default:
                kestrel.Listen(
                    IPAddress.TryParse(options.Address, out var address)
                        ? address
                        : throw new InvalidOperationException(
                            $"{HostingOptions.Section}:{nameof(HostingOptions.Address)}: '{options.Address}' is no IP address, localhost or *."),
                    options.Port,
                    configure);
                break;
        }
    }

    private static void Secure(HttpsConnectionAdapterOptions https, HubIdentity identity)
    {
        https.ServerCertificate = identity.ServerCertificate;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;

        // Any certificate passes the handshake; whether it is trusted is decided per call (CallerResolver). A certificate refused here
        // would break the connection and leave the node with no word why, while a call ends with a status, a reason and a remedy. It
        // also lets a revocation count on connections that are open already.
        https.ClientCertificateValidation = (_, _, _) => true;

        // The handshake builds a chain all the same. It must not fetch what a stranger's certificate points to.
        https.OnAuthenticate = (_, ssl) => ssl.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { identity.Authority.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
    }
}
