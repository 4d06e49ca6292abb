using System.Security.Cryptography;

namespace HubExchange.Server.Identity;

/// <summary>Extended key usages of X.509 (RFC 5280, 4.2.1.12).</summary>
internal static class KeyUsages
{
    public static Oid Server { get; } = new("1.3.6.1.5.5.7.3.1", "serverAuth");

    public static Oid Client { get; } = new("1.3.6.1.5.5.7.3.2", "clientAuth");
}
