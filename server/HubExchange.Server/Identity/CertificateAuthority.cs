using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HubExchange.Server.Identity;

/// <summary>
/// The hub's own certification authority: one ECDSA P-256 key in <c>ca.key</c> of its folder, its certificate in <c>ca.pem</c>.
/// It issues the certificate of the hub and those of the nodes, and nothing below it may issue any.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    // Clocks of counties are off by minutes: a certificate that is used right after it was issued must be valid there, too.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    private readonly ECDsa _key;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key, TimeProvider time)
    {
        Certificate = certificate;
        _key = key;
        _time = time;
    }

    /// <summary>Certificate of the authority, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Opens the authority in a folder and makes it when the folder has none. The caller holds the folder's lock.</summary>
    public static async Task<CertificateAuthority> OpenAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var keyPath = Path.Combine(folder, "ca.key");
        var certificatePath = Path.Combine(folder, "ca.pem");
        if (!File.Exists(keyPath))
        {
            if (File.Exists(certificatePath))
            {
                throw new InvalidOperationException(
                    $"{certificatePath} has no key: restore {keyPath} from the backup. A new authority would shut every node out.");
            }

            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            await PrivateFile.WriteSecretAsync(keyPath, fresh.ExportPkcs8PrivateKeyPem(), cancellationToken);
        }

        var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(keyPath, cancellationToken));
        if (!File.Exists(certificatePath))
        {
            // The certificate follows from the key alone, so a lost one is made again and everything issued stays trusted.
            using var made = SignItself(key, time.GetUtcNow());
            await PrivateFile.WritePublicAsync(certificatePath, made.ExportCertificatePem(), cancellationToken);
        }

        return new CertificateAuthority(X509CertificateLoader.LoadCertificateFromFile(certificatePath), key, time);
    }

    /// <summary>
    /// Issues a certificate for a public key. Subject and extensions are the hub's alone; only the key comes from the holder.
    /// The result never outlives the authority.
    /// </summary>
    public X509Certificate2 Issue(
        PublicKey holder,
        string commonName,
        SubjectAlternativeNameBuilder names,
        Oid usage,
        TimeSpan validity)
    {
        var request = new CertificateRequest(NameOf(commonName), holder, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([usage], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(holder, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        var now = _time.GetUtcNow();
        var start = Latest(now - ClockTolerance, new DateTimeOffset(Certificate.NotBefore));
        var end = Earliest(now + validity, new DateTimeOffset(Certificate.NotAfter));
        return request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), start, end, RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>
    /// Whether this authority issued a certificate for a usage. Validity in time is not part of the answer, because an expired
    /// certificate deserves another message than a foreign one. Nothing is downloaded.
    /// </summary>
    public bool Issued(X509Certificate2 certificate, Oid usage)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Certificate },
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid,
                ApplicationPolicy = { usage },
            },
        };

        // A certificate without usages counts as good for all of them in X.509, not here.
        return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any() && chain.Build(certificate);
    }

    /// <summary>Signs bytes: ECDSA with SHA-256, as DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        lock (_key)
        {
            return _key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    /// <summary>A secret of 32 bytes for one purpose. It follows from the key alone and says nothing about it.</summary>
    public byte[] Derive(string purpose)
    {
        var secret = _key.ExportParameters(includePrivateParameters: true).D!;
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, HMACSHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes(purpose));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static X509Certificate2 SignItself(ECDsa key, DateTimeOffset now)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..8];
        var request = new CertificateRequest(NameOf($"HubExchange CA {fingerprint}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }

    private static X500DistinguishedName NameOf(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return name.Build();
    }

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earliest(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
