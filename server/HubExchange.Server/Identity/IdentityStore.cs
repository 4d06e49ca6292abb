using System.Security.Cryptography.X509Certificates;
using Dapper;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Identity;

/// <summary>Writes certificates and tokens to the database and takes them back.</summary>
internal sealed class IdentityStore(HubIdentity identity, NpgsqlDataSource dataSource, TokenCallers tokens, CertificateCallers certificates)
{
    private static readonly string AddCertificateSql = SqlFiles.Read("Identity/AddCertificate.sql");
    private static readonly string RevokeCertificatesSql = SqlFiles.Read("Identity/RevokeCertificates.sql");
    private static readonly string AddTokenSql = SqlFiles.Read("Identity/AddToken.sql");
    private static readonly string RevokeTokenSql = SqlFiles.Read("Identity/RevokeToken.sql");

    public async Task AddCertificateAsync(X509Certificate2 certificate, string node, string by, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            AddCertificateSql,
            new
            {
                thumbprint = CertificateCallers.ThumbprintOf(certificate),
                node,
                serial = certificate.SerialNumber,
                not_before = certificate.NotBefore.ToUniversalTime(),
                not_after = certificate.NotAfter.ToUniversalTime(),
                issued_at = Now,
                issued_by = by,
            },
            cancellationToken: cancellationToken));
        certificates.Forget();
    }

    /// <summary>Revokes every certificate of a node.</summary>
    /// <returns>How many certificates the node ever had, and how many were valid before.</returns>
    public async Task<(int Known, int Revoked)> RevokeCertificatesAsync(string node, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var counts = await connection.QuerySingleAsync<(int Known, int Revoked)>(new CommandDefinition(
            RevokeCertificatesSql, new { node, reason, now = Now }, cancellationToken: cancellationToken));
        certificates.Forget();
        return counts;
    }

    /// <summary>Makes a token. The result is the only place where its secret ever is.</summary>
    public async Task<(string Id, string Token, DateTime ExpiresAt)> AddTokenAsync(
        string subject, string role, string node, TimeSpan validity, string by, CancellationToken cancellationToken)
    {
        var (id, token, now) = (TokenSecret.CreateId(), TokenSecret.Create(), Now);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            AddTokenSql,
            new
            {
                id,
                hash = TokenSecret.HashOf(token),
                subject,
                role,
                node,
                issued_at = now,
                issued_by = by,
                expires_at = now + validity,
            },
            cancellationToken: cancellationToken));
        return (id, token, now + validity);
    }

    /// <summary>Revokes a token. False when there is none with the id; revoking twice is no error.</summary>
    public async Task<bool> RevokeTokenAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var found = await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            RevokeTokenSql, new { id, now = Now }, cancellationToken: cancellationToken));
        tokens.Forget();
        return found is not null;
    }

    private DateTime Now => identity.Time.GetUtcNow().UtcDateTime;
}
