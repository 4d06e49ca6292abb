using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HubExchange.Server.Identity;

/// <summary>The certificate the hub shows to its callers: <c>server.pem</c> and <c>server.key</c> beside those of the authority.</summary>
internal static class ServerCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(397);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <summary>
    /// Loads the certificate. A new one is issued when there is none, when it ends within 30 days, when the names changed, or when
    /// the authority is another one. The caller holds the folder's lock.
    /// </summary>
    public static async Task<X509Certificate2> OpenAsync(
        string folder,
        CertificateAuthority authority,
        IEnumerable<string> configuredNames,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var certificatePath = Path.Combine(folder, "server.pem");
        var keyPath = Path.Combine(folder, "server.key");
        var (dns, addresses) = Names(configuredNames);

        if (Load(certificatePath, keyPath) is { } existing)
        {
            if (new DateTimeOffset(existing.NotAfter) - time.GetUtcNow() > Renewal
                && authority.Issued(existing, KeyUsages.Server)
                && Holds(existing, dns, addresses))
            {
                return existing;
            }

            existing.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = authority.Issue(new PublicKey(key), "HubExchange", Build(dns, addresses), KeyUsages.Server, Validity);
        await PrivateFile.WriteSecretAsync(keyPath, key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        await PrivateFile.WritePublicAsync(certificatePath, issued.ExportCertificatePem(), cancellationToken);
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2? Load(string certificatePath, string keyPath)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        }
        catch (Exception exception) when (exception is FileNotFoundException or CryptographicException or ArgumentException)
        {
            // Missing, damaged, or a key and a certificate that do not belong together: the hub can simply issue another.
            return null;
        }
    }

    private static (SortedSet<string> Dns, HashSet<IPAddress> Addresses) Names(IEnumerable<string> configured)
    {
        var dns = new SortedSet<string>(StringComparer.OrdinalIgnoreCase) { "localhost" };
        var addresses = new HashSet<IPAddress> { IPAddress.Loopback, IPAddress.IPv6Loopback };
        if (Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns)
        {
            dns.Add(Environment.MachineName);
        }

        foreach (var name in configured)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                addresses.Add(address);
            }
            else if (Uri.CheckHostName(name) == UriHostNameType.Dns)
            {
                dns.Add(name);
            }
            else
            {
                throw new InvalidOperationException(
                    $"{IdentityOptions.Section}:{nameof(IdentityOptions.ServerNames)}: '{name}' is neither a DNS name nor an IP address.");
            }
        }

        return (dns, addresses);
    }

    private static SubjectAlternativeNameBuilder Build(IEnumerable<string> dns, IEnumerable<IPAddress> addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dns)
        {
            names.AddDnsName(name);
        }

        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        return names;
    }

    private static bool Holds(X509Certificate2 certificate, IEnumerable<string> dns, IEnumerable<IPAddress> addresses) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault() is { } held
        && new SortedSet<string>(held.EnumerateDnsNames(), StringComparer.OrdinalIgnoreCase).SetEquals(dns)
        && new HashSet<IPAddress>(held.EnumerateIPAddresses()).SetEquals(addresses);
}
