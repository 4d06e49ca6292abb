using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HubExchange.Cli.Push;

/// <summary>The node a certificate names: the URI <c>urn:hubexchange:node:ID</c>, else its common name.</summary>
internal static class NodeOfCertificate
{
    private const string Prefix = "urn:hubexchange:node:";
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <returns>The node id, or null without a readable certificate.</returns>
    public static string? Read(string? path)
    {
        if (path is null || !File.Exists(path))
        {
            return null;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            var uri = Uris(certificate).FirstOrDefault(uri => uri.StartsWith(Prefix, StringComparison.Ordinal));
            return uri?[Prefix.Length..] ?? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            return null;
        }
    }

    private static List<string> Uris(X509Certificate2 certificate)
    {
        var uris = new List<string>();
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames))
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag() == UriName)
                {
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriName));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }

        return uris;
    }
}
