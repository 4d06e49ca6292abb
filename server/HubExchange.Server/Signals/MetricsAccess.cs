using System.Security.Cryptography;
using System.Text;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Signals;

/// <summary>
/// Who may read <c>/metrics</c>: whoever knows the token in a file of the data folder. It stands apart from the tokens of people so that
/// it never ends unnoticed and is checked without the database, since metrics matter most when that is down. It opens nothing else.
/// </summary>
internal sealed class MetricsAccess
{
    private const string FileName = "metrics.token";
    private const string Scheme = "Bearer ";

    private readonly byte[] _hash;

    private MetricsAccess(string token) => _hash = TokenSecret.HashOf(token);

    /// <summary>Reads the token, and makes one when there is none. To change it, delete the file and start the hub again.</summary>
    public static async Task<MetricsAccess> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(StorageOptions.From(configuration).DataFolder, FileName));
        if (!File.Exists(path))
        {
            await PrivateFile.WriteSecretAsync(path, TokenSecret.Create(), cancellationToken);
        }

        // An emptied file would otherwise be a token that anybody knows.
        var token = (await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken)).Trim();
        return token.Length > 0 ? new MetricsAccess(token) : throw new InvalidOperationException($"{path} is empty: delete it, and start again.");
    }

    /// <summary>Answers those who may not read, and lets the others through.</summary>
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var reason = http.Request.Headers.Authorization switch
        {
            [] => ErrorReason.AuthenticationRequired,
            [{ } value] when IsToken(value) => ErrorReason.Unspecified,
            _ => ErrorReason.TokenInvalid,
        };
        if (reason == ErrorReason.Unspecified)
        {
            await next(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(HubErrors.Of(reason).Status.Detail, http.RequestAborted);
    }

    private bool IsToken(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) &&
        CryptographicOperations.FixedTimeEquals(TokenSecret.HashOf(header[Scheme.Length..].Trim()), _hash);
}
