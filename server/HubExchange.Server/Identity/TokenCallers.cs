using System.Globalization;
using Dapper;
using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Identity;

/// <summary>People: who holds a token.</summary>
internal sealed class TokenCallers(HubIdentity identity, NpgsqlDataSource dataSource, NodeRegister nodes)
{
    private static readonly string FindTokenSql = SqlFiles.Read("Identity/FindToken.sql");

    private readonly RecentValues<string, TokenRow?> _recent =
        new(identity.Options.TrustPeriod, identity.Options.RememberedCallers, identity.Time);

    /// <summary>The caller with the token of a hash (hexadecimal).</summary>
    /// <exception cref="Grpc.Core.RpcException">TOKEN_INVALID or TOKEN_EXPIRED.</exception>
    public async ValueTask<Caller> FindAsync(string hash, CancellationToken cancellationToken)
    {
        if (await _recent.GetAsync(hash, FindRowAsync, cancellationToken) is not { IsRevoked: false } token)
        {
            throw HubErrors.Of(ErrorReason.TokenInvalid);
        }

        if (token.ExpiresAt <= identity.Time.GetUtcNow().UtcDateTime)
        {
            throw HubErrors.Of(
                ErrorReason.TokenExpired,
                ("expired_at", token.ExpiresAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
        }

        var kind = token.Node.Length == 0 ? NodeKind.Unspecified : await nodes.KindOfAsync(token.Node, cancellationToken);
        return new Caller(
            token.Subject, token.Role, token.Node, kind, Roles.PermissionsOf(token.Role), new DateTimeOffset(token.ExpiresAt));
    }

    /// <summary>Makes a revocation count at once on this hub; others follow within the trust period.</summary>
    public void Forget() => _recent.Clear();

    private async Task<TokenRow?> FindRowAsync(string hash, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition(
            FindTokenSql,
            new { hash = Convert.FromHexString(hash) },
            cancellationToken: cancellationToken));
    }

    private sealed record TokenRow(string Subject, string Role, string Node, DateTime ExpiresAt, bool IsRevoked);
}
