using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Contracts.Reconciliation;

/// <summary>Verifies reconciliation certificates, without the hub.</summary>
public static class CertificateCheck
{
    private static readonly byte[] Heading = Encoding.UTF8.GetBytes("hubexchange.certificate.v1\n");

    /// <summary>The bytes that are signed. The heading keeps the signature from being taken for one of anything else.</summary>
    public static byte[] SignedBytes(ByteString statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return [.. Heading, .. statement.Span];
    }

    /// <summary>What the certificate says, if the authority has signed it; null if it has not.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="authority">Certificate of the hub's authority.</param>
    /// <exception cref="InvalidProtocolBufferException">It is signed and no statement.</exception>
    public static ReconciliationStatement? Verify(ReconciliationCertificate certificate, X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authority);
        using var key = authority.GetECDsaPublicKey();
        return key is not null && key.VerifyData(
            SignedBytes(certificate.Statement), certificate.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? ReconciliationStatement.Parser.ParseFrom(certificate.Statement)
            : null;
    }
}
