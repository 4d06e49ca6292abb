using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Certificates of nodes and tokens of people.</content>
public sealed partial class HubClient
{
    /// <summary>Makes a key (ECDSA P-256) on this machine and has the hub issue a certificate for it. The key never leaves.</summary>
    /// <param name="node">Node id; the node must be registered.</param>
    /// <param name="validDays">Days of validity, 1-825; 0 means 397.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<NodeIdentity> EnrollNodeAsync(string node, int validDays = 0, CancellationToken cancellationToken = default)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(node);
        var csr = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

        var request = new EnrollNodeRequest { Node = node, CsrPem = csr, ValidDays = validDays };
        var response = await _connection.CallAsync(options => _identity.EnrollNodeAsync(request, options), cancellationToken);
        return new NodeIdentity(
            node, response.CertificatePem, key.ExportPkcs8PrivateKeyPem(), response.CaPem, response.ExpiresAt.ToDateTimeOffset());
    }

    /// <summary>Revokes every certificate of a node, at once.</summary>
    /// <returns>The number of certificates that were valid before.</returns>
    public async Task<int> RevokeNodeAsync(string node, string reason, CancellationToken cancellationToken = default)
    {
        var request = new RevokeNodeRequest { Node = node, Reason = reason };
        var response = await _connection.CallAsync(options => _identity.RevokeNodeAsync(request, options), cancellationToken);
        return response.Revoked;
    }

    /// <summary>Issues a token to a person. It is shown only here.</summary>
    /// <param name="subject">Who it is for.</param>
    /// <param name="role">Role, e.g. <c>bureau</c>.</param>
    /// <param name="node">Node whose data the person works with; for county and park only.</param>
    /// <param name="validHours">Hours of validity, 1-720; 0 means 12.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<IssueTokenResponse> IssueTokenAsync(
        string subject, string role, string? node = null, int validHours = 0, CancellationToken cancellationToken = default)
    {
        var request = new IssueTokenRequest { Subject = subject, Role = role, Node = node ?? "", ValidHours = validHours };
        return _connection.CallAsync(options => _identity.IssueTokenAsync(request, options), cancellationToken);
    }

    /// <summary>Revokes a token by its id.</summary>
    public Task RevokeTokenAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(options => _identity.RevokeTokenAsync(new RevokeTokenRequest { Id = id }, options), cancellationToken);

    /// <summary>Says who the caller is and what it may do.</summary>
    public Task<GetCallerResponse> GetCallerAsync(CancellationToken cancellationToken = default) =>
        _connection.CallAsync(options => _identity.GetCallerAsync(new GetCallerRequest(), options), cancellationToken);
}
