using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HubExchange.Server.Changes;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>
/// Where a watch goes on: a position, and a mark of the entry that the feed holds there. A database that went back to an older backup gives the
/// position out again, for another entry that is recorded later, and so with another mark.
/// </summary>
/// <param name="Position">The position.</param>
/// <param name="Mark">The mark; empty where the entry is not known.</param>
internal sealed record ResumeToken(long Position, string Mark)
{
    /// <summary>Most characters of a token.</summary>
    public const int MaxLength = 100;

    private const char Separator = '.';
    private const int MarkSize = 12;

    /// <summary>The token of the place after an entry.</summary>
    public static ResumeToken After(FeedRow entry)
    {
        // The database keeps microseconds.
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"hubexchange.feed.v1\n{entry.Position}\n{entry.RecordedAt.Ticks / 10}\n{entry.Type}\n{entry.Key}\n{entry.Version.Source}\n{entry.Version.Revision}\n{entry.Operation}");
        return new ResumeToken(entry.Position, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, MarkSize)));
    }

    /// <summary>Reads a token.</summary>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID.</exception>
    public static ResumeToken Read(string token) =>
        token.Length <= MaxLength && token.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var end &&
        long.TryParse(token.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new ResumeToken(position, token[(end + 1)..])
            : throw HubErrors.InvalidRequest(new FieldProblem(
                "resume_token", "不是本枢纽给出的续订凭据;请原样使用收到的 resume_token", "is none that this hub gave out; pass on what was received, unchanged"));

    /// <summary>Whether the feed holds another entry there than the token is of. Where either is not known, nothing can be told.</summary>
    public bool Contradicts(ResumeToken other) => Mark.Length > 0 && other.Mark.Length > 0 && this != other;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}{Separator}{Mark}");
}
