using Google.Api;
using Grpc.Core;

namespace HubExchange.Server.Query.Export;

/// <summary>
/// Writes a file as the body of a REST answer. JSON transcoding would put a line break after every message of a stream, which no file
/// survives.
/// </summary>
internal sealed class RestFile(HttpResponse response) : IServerStreamWriter<HttpBody>
{
    /// <inheritdoc />
    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Whether a call came over REST.</summary>
    public static bool IsWantedBy(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true;

    /// <inheritdoc />
    public Task WriteAsync(HttpBody message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc />
    public async Task WriteAsync(HttpBody message, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = message.ContentType;
        }

        await response.Body.WriteAsync(message.Data.Memory, cancellationToken);
    }
}
