using System.Security.Cryptography.X509Certificates;
using HubExchange.Server.Errors;
using HubExchange.V1;
using Microsoft.Extensions.Primitives;

namespace HubExchange.Server.Identity;

/// <summary>
/// Finds out who calls. A token wins over a certificate, so that a person can work from the machine of a node without becoming it.
/// </summary>
internal sealed class CallerResolver(HubIdentity identity, TokenCallers tokens, CertificateCallers certificates)
{
    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 256;

    // Building a chain costs a signature check; a node with many small calls shows the same certificate each time.
    private readonly RecentValues<string, NodeCertificate> _read =
        new(identity.Options.TrustPeriod, identity.Options.RememberedCallers, identity.Time);

    /// <summary>Reads what the caller shows. Whether it holds is known when the credential is confirmed.</summary>
    /// <exception cref="Grpc.Core.RpcException">AUTHENTICATION_REQUIRED, TOKEN_INVALID or CERTIFICATE_UNTRUSTED.</exception>
    public async ValueTask<Credential> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.Request.Headers.Authorization is { Count: > 0 } header)
        {
            var hash = Convert.ToHexString(TokenSecret.HashOf(TokenIn(header)));
            return new Credential(token => tokens.FindAsync(hash, token));
        }

        if (http.Connection.ClientCertificate is not { } shown)
        {
            throw HubErrors.Of(ErrorReason.AuthenticationRequired);
        }

        var certificate = await _read.GetAsync(
            CertificateCallers.ThumbprintOf(shown), (_, _) => Task.FromResult(certificates.Read(shown)), cancellationToken);
        return new Credential(token => certificates.FindAsync(certificate, token));
    }

    private static string TokenIn(StringValues header) =>
        header is [{ Length: <= MaxTokenLength } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : throw HubErrors.Of(ErrorReason.TokenInvalid);
}
