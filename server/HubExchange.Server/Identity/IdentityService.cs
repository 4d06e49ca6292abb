using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Identity;

/// <summary>Certificates of nodes and tokens of people.</summary>
internal sealed partial class IdentityService(
    HubIdentity identity,
    IdentityStore store,
    NodeRegister nodes,
    ILogger<IdentityService> logger) : V1.IdentityService.IdentityServiceBase
{
    private const int DefaultValidDays = 397;
    private const int DefaultValidHours = 12;

    public override async Task<EnrollNodeResponse> EnrollNode(EnrollNodeRequest request, ServerCallContext context)
    {
        IdentityRequests.Check(request);
        await DemandNodeAsync(request.Node, context.CancellationToken);

        var key = SigningRequest.ReadKey(request.CsrPem);
        var days = request.ValidDays == 0 ? DefaultValidDays : request.ValidDays;
        using var certificate = identity.Authority.Issue(
            key, request.Node, NodeName.Build(request.Node), KeyUsages.Client, TimeSpan.FromDays(days));
        var by = context.GetCaller().Name;
        await store.AddCertificateAsync(certificate, request.Node, by, context.CancellationToken);

        Log.Enrolled(logger, request.Node, certificate.SerialNumber, by);
        return new EnrollNodeResponse
        {
            CertificatePem = certificate.ExportCertificatePem(),
            CaPem = identity.Authority.Certificate.ExportCertificatePem(),
            ExpiresAt = Timestamp.FromDateTime(certificate.NotAfter.ToUniversalTime()),
        };
    }

    public override async Task<RevokeNodeResponse> RevokeNode(RevokeNodeRequest request, ServerCallContext context)
    {
        IdentityRequests.Check(request);
        var (known, revoked) = await store.RevokeCertificatesAsync(request.Node, request.Reason, context.CancellationToken);
        if (known == 0)
        {
            // A node that left the register can still be revoked; only one that never was anything is unknown.
            await DemandNodeAsync(request.Node, context.CancellationToken);
        }

        Log.NodeRevoked(logger, request.Node, revoked, context.GetCaller().Name);
        return new RevokeNodeResponse { Revoked = revoked };
    }

    public override async Task<IssueTokenResponse> IssueToken(IssueTokenRequest request, ServerCallContext context)
    {
        IdentityRequests.Check(request);
        if (request.Node.Length > 0)
        {
            await DemandNodeAsync(request.Node, context.CancellationToken);
        }

        var hours = request.ValidHours == 0 ? DefaultValidHours : request.ValidHours;
        var by = context.GetCaller().Name;
        var (id, token, expiresAt) = await store.AddTokenAsync(
            request.Subject, request.Role, request.Node, TimeSpan.FromHours(hours), by, context.CancellationToken);

        Log.TokenIssued(logger, id, request.Subject, request.Role, by);
        return new IssueTokenResponse { Id = id, Token = token, ExpiresAt = Timestamp.FromDateTime(expiresAt) };
    }

    public override async Task<RevokeTokenResponse> RevokeToken(RevokeTokenRequest request, ServerCallContext context)
    {
        IdentityRequests.Check(request);
        if (!await store.RevokeTokenAsync(request.Id, context.CancellationToken))
        {
            throw HubErrors.Of(ErrorReason.TokenNotFound, ("id", request.Id));
        }

        Log.TokenRevoked(logger, request.Id, context.GetCaller().Name);
        return new RevokeTokenResponse();
    }

    public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        return Task.FromResult(new GetCallerResponse
        {
            Name = caller.Name,
            Role = caller.Role,
            Node = caller.Node,
            Permissions = { caller.Permissions.Order(StringComparer.Ordinal) },
            ExpiresAt = caller.ExpiresAt.ToTimestamp(),
        });
    }

    private async Task DemandNodeAsync(string node, CancellationToken cancellationToken)
    {
        if (!await nodes.ContainsAsync(node, cancellationToken))
        {
            throw HubErrors.Of(ErrorReason.NodeUnknown, ("node", node));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Enrolled node {Node}, certificate {Serial}, by {By}")]
        public static partial void Enrolled(ILogger logger, string node, string serial, string by);

        // Without the reason: people write what they like into it.
        [LoggerMessage(LogLevel.Information, "Revoked node {Node}, {Revoked} certificate(s), by {By}")]
        public static partial void NodeRevoked(ILogger logger, string node, int revoked, string by);

        [LoggerMessage(LogLevel.Information, "Issued token {Id} to {Subject}, role {Role}, by {By}")]
        public static partial void TokenIssued(ILogger logger, string id, string subject, string role, string by);

        [LoggerMessage(LogLevel.Information, "Revoked token {Id}, by {By}")]
        public static partial void TokenRevoked(ILogger logger, string id, string by);
    }
}
