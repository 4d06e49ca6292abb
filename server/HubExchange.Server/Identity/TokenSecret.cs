using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HubExchange.Server.Identity;

/// <summary>
/// Tokens: 256 random bits. The hub keeps only their SHA-256; a slow password hash would add nothing, since nobody can guess the bits.
/// The prefix lets scanners for leaked secrets recognise them.
/// </summary>
internal static class TokenSecret
{
    private const string Prefix = "hx_";
    private const int Bytes = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Id of a token: random, shown in lists and logs, no secret.</summary>
    public static string CreateId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
