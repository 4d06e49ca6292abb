using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Identity;

/// <summary>Reads a PKCS#10 request. All the hub takes from it is the public key, and the proof that the sender has its private half.</summary>
internal static class SigningRequest
{
    public const int MaxLength = 16_384;

    private const int MinRsaBits = 2_048;
    private const int MaxRsaBits = 8_192;
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";

    /// <summary>The public key of a request whose signature fits.</summary>
    /// <exception cref="Grpc.Core.RpcException">CSR_INVALID.</exception>
    public static PublicKey ReadKey(string pem)
    {
        var key = Read(pem).PublicKey;
        try
        {
            using var ecdsa = key.GetECDsaPublicKey();
            if (ecdsa is not null)
            {
                return ecdsa.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 or P384 }
                    ? key
                    : throw WrongKey();
            }

            using var rsa = key.GetRSAPublicKey();
            return rsa is { KeySize: >= MinRsaBits and <= MaxRsaBits } ? key : throw WrongKey();
        }
        catch (CryptographicException)
        {
            throw WrongKey();
        }
    }

    private static CertificateRequest Read(string pem)
    {
        try
        {
            return CertificateRequest.LoadSigningRequestPem(
                pem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw HubErrors.Of(
                ErrorReason.CsrInvalid,
                ("problem", "it is not a PEM CERTIFICATE REQUEST with a valid signature"),
                ("problem_zh", "不是签名有效的 PEM 格式 CERTIFICATE REQUEST"));
        }
    }

    private static Grpc.Core.RpcException WrongKey() => HubErrors.Of(
        ErrorReason.CsrInvalid,
        ("problem", "the key must be ECDSA P-256 or P-384, or RSA of 2048 to 8192 bits"),
        ("problem_zh", "密钥须为 ECDSA P-256、P-384,或 2048 至 8192 位的 RSA"));
}
