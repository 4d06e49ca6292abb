using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dapper;
using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Identity;

/// <summary>
/// Nodes: who holds a client certificate. The certificate must come from the hub's authority, be meant for clients, be within its
/// validity, name a node, and be registered and not revoked. A signature alone is not enough: should the key of the authority leak,
/// a certificate that the hub did not register still opens nothing.
/// </summary>
internal sealed class CertificateCallers(HubIdentity identity, NpgsqlDataSource dataSource, NodeRegister nodes)
{
    private static readonly string FindCertificateSql = SqlFiles.Read("Identity/FindCertificate.sql");

    private readonly RecentValues<string, CertificateRow?> _recent =
        new(identity.Options.TrustPeriod, identity.Options.RememberedCallers, identity.Time);

    /// <summary>What a certificate claims, once it is clear that the authority issued it for a node.</summary>
    /// <exception cref="Grpc.Core.RpcException">CERTIFICATE_UNTRUSTED.</exception>
    public NodeCertificate Read(X509Certificate2 certificate)
    {
        if (!identity.Authority.Issued(certificate, KeyUsages.Client) || NodeName.Of(certificate) is not { } node)
        {
            throw HubErrors.Of(ErrorReason.CertificateUntrusted);
        }

        return new NodeCertificate(
            ThumbprintOf(certificate),
            node,
            new DateTimeOffset(certificate.NotBefore).ToUniversalTime(),
            new DateTimeOffset(certificate.NotAfter).ToUniversalTime());
    }

    /// <summary>The node with a certificate.</summary>
    /// <exception cref="Grpc.Core.RpcException">CERTIFICATE_EXPIRED, CERTIFICATE_UNTRUSTED or CERTIFICATE_REVOKED.</exception>
    public async ValueTask<Caller> FindAsync(NodeCertificate certificate, CancellationToken cancellationToken)
    {
        var now = identity.Time.GetUtcNow();
        if (now < certificate.NotBefore || now >= certificate.NotAfter)
        {
            throw HubErrors.Of(
                ErrorReason.CertificateExpired,
                ("not_before", Show(certificate.NotBefore)),
                ("not_after", Show(certificate.NotAfter)));
        }

        var row = await _recent.GetAsync(certificate.Thumbprint, FindRowAsync, cancellationToken);
        if (row is null || row.Node != certificate.Node)
        {
            throw HubErrors.Of(ErrorReason.CertificateUntrusted);
        }

        if (row.IsRevoked)
        {
            throw HubErrors.Of(ErrorReason.CertificateRevoked, ("node", row.Node));
        }

        return new Caller(
            row.Node,
            Caller.NodeRole,
            row.Node,
            await nodes.KindOfAsync(row.Node, cancellationToken),
            Roles.PermissionsOf(Caller.NodeRole),
            certificate.NotAfter);
    }

    /// <summary>Makes a revocation count at once on this hub; others follow within the trust period.</summary>
    public void Forget() => _recent.Clear();

    /// <summary>How a certificate is registered: SHA-256 of the whole certificate, lower-case hexadecimal.</summary>
    public static string ThumbprintOf(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private async Task<CertificateRow?> FindRowAsync(string thumbprint, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<CertificateRow>(new CommandDefinition(
            FindCertificateSql, new { thumbprint }, cancellationToken: cancellationToken));
    }

    private static string Show(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private sealed record CertificateRow(string Node, bool IsRevoked);
}

/// <summary>A certificate that the hub's authority issued for a node.</summary>
/// <param name="Thumbprint">SHA-256, lower-case hexadecimal.</param>
/// <param name="Node">Node it names.</param>
/// <param name="NotBefore">Start of validity.</param>
/// <param name="NotAfter">End of validity.</param>
internal sealed record NodeCertificate(string Thumbprint, string Node, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
