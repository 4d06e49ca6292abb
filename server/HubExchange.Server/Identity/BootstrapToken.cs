using Dapper;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Identity;

/// <summary>
/// The way into a new hub: a token of the administrator in a file that only the account of the hub may read. It is written whenever no
/// administrator can sign in, so an operator who lost every token restarts the hub.
/// </summary>
internal static class BootstrapToken
{
    private const string FileName = "admin.token";
    private const string Subject = "bootstrap";

    private static readonly string LockTokensSql = SqlFiles.Read("Identity/LockTokens.sql");
    private static readonly string FindAdminSql = SqlFiles.Read("Identity/FindAdmin.sql");
    private static readonly string AddTokenSql = SqlFiles.Read("Identity/AddToken.sql");

    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    /// <summary>Path of the file when a token was made, null when an administrator exists.</summary>
    public static async Task<string?> EnsureAsync(
        NpgsqlDataSource dataSource, string dataFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        await connection.ExecuteAsync(new CommandDefinition(
            LockTokensSql, null, transaction, cancellationToken: cancellationToken));
        var exists = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            FindAdminSql, new { role = Roles.Admin, now }, transaction, cancellationToken: cancellationToken));
        if (exists)
        {
            return null;
        }

        var token = TokenSecret.Create();
        await connection.ExecuteAsync(new CommandDefinition(
            AddTokenSql,
            new
            {
                id = TokenSecret.CreateId(),
                hash = TokenSecret.HashOf(token),
                subject = Subject,
                role = Roles.Admin,
                node = "",
                issued_at = now,
                issued_by = Subject,
                expires_at = now + Validity,
            },
            transaction,
            cancellationToken: cancellationToken));

        // Before the commit: a token in the database that nobody can read would keep the next start from making another.
        var path = Path.GetFullPath(Path.Combine(dataFolder, FileName));
        await PrivateFile.WriteSecretAsync(path, token, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return path;
    }
}
