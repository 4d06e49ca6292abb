using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Query;

/// <summary>Where a page of a list ended: the last key, bound to the list by a digest of everything else in the request.</summary>
internal static class PageToken
{
    public const int DefaultSize = 50;
    public const int MaxSize = 1000;
    private const int DigestSize = 8;

    /// <summary>Page size as the contracts promise: 0 is the default, too large is cut, negative is an error.</summary>
    public static int SizeOf(int requested) => requested switch
    {
        0 => DefaultSize,
        < 0 => throw HubErrors.InvalidRequest(new FieldProblem("page_size", "不能为负数;0 表示默认值 50。", "must not be negative; 0 means 50.")),
        > MaxSize => MaxSize,
        _ => requested,
    };

    /// <summary>Makes the token of the page after <paramref name="lastKey"/>.</summary>
    public static string Write(string lastKey, params ReadOnlySpan<string> list) =>
        Base64Url.EncodeToString([.. Digest(list), .. Encoding.UTF8.GetBytes(lastKey)]);

    /// <summary>Reads the last key out of a token; empty for the first page.</summary>
    public static string Read(string token, params ReadOnlySpan<string> list)
    {
        if (token.Length == 0)
        {
            return "";
        }

        if (!Base64Url.IsValid(token) || Base64Url.DecodeFromChars(token) is not { Length: > DigestSize } bytes ||
            !bytes.AsSpan(0, DigestSize).SequenceEqual(Digest(list)))
        {
            throw HubErrors.Of(ErrorReason.PageTokenInvalid);
        }

        return Encoding.UTF8.GetString(bytes.AsSpan(DigestSize));
    }

    private static byte[] Digest(ReadOnlySpan<string> list) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', list)))[..DigestSize];
}
