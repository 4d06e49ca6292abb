using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace HubExchange.Server.Identity;

/// <summary>How a certificate names its node: as a URI among the subject alternative names.</summary>
internal static class NodeName
{
    private const string Prefix = "urn:hubexchange:node:";

    private const string SubjectAlternativeName = "2.5.29.17";

    // GeneralName ::= CHOICE { ... uniformResourceIdentifier [6] IA5String ... } (RFC 5280, 4.2.1.6)
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    public static SubjectAlternativeNameBuilder Build(string node)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(Prefix + node));
        return names;
    }

    /// <summary>The node a certificate was issued to; null when it names none.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension)
        {
            return null;
        }

        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(UriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                var uri = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
                if (uri.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    return uri[Prefix.Length..];
                }
            }
        }
        catch (AsnContentException)
        {
            // Not issued by this hub, then.
        }

        return null;
    }
}
