using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HubExchange.Server.Tests.Identity;

/// <summary>Client certificates the hub never issued, made with any authority's key.</summary>
internal sealed class ForgedCertificate
{
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <summary>Node it names among its subject alternative names; null names none.</summary>
    public required string? Node { get; init; }

    /// <summary>Extended key usage; null leaves the extension out.</summary>
    public string? Usage { get; init; } = ClientUsage;

    /// <summary>Start of validity.</summary>
    public DateTimeOffset NotBefore { get; init; } = DateTimeOffset.UtcNow.AddHours(-1);

    /// <summary>End of validity.</summary>
    public DateTimeOffset NotAfter { get; init; } = DateTimeOffset.UtcNow.AddHours(1);

    /// <summary>An authority that has the same name as another one.</summary>
    public static (X509Certificate2 Certificate, ECDsa Key) NamesakeOf(X509Certificate2 authority)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(authority.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (X509CertificateLoader.LoadCertificate(certificate.RawData), key);
    }

    /// <summary>Signs the certificate with the key of an authority.</summary>
    public X509Certificate2 SignedBy(X509Certificate2 authority, ECDsa authorityKey)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Node ?? "nobody"}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        if (Usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Usage)], critical: false));
        }

        if (Node is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri($"urn:hubexchange:node:{Node}"));
            request.CertificateExtensions.Add(names.Build());
        }

        using var signed = request.Create(
            authority.SubjectName,
            X509SignatureGenerator.CreateForECDsa(authorityKey),
            NotBefore,
            NotAfter,
            RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }
}
