using System.Security.Cryptography;
using System.Text;
using HubExchange.Contracts.Validation.Formats;

namespace HubExchange.Simulator.Generation;

/// <summary>Codes that pass every check and belong to nobody.</summary>
internal static class SyntheticCode
{
    /// <summary>First serial of organisations outside the city.</summary>
    public const int Outside = 800_000;

    /// <summary>First serial of organisations that exist only in faulty records.</summary>
    public const int Faulty = 900_000;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A unified social credit code. Its body begins with XN, which no registrar gives out.</summary>
    /// <param name="kind">Registrar and kind, e.g. <c>91</c> for enterprises.</param>
    /// <param name="division">Six-digit division of the registering office.</param>
    /// <param name="serial">0 to 999,999.</param>
    public static string Uscc(string kind, string division, int serial)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(serial, 999_999);
        var body = Text.Invariant($"XN{serial:D6}");
        var first17 = $"{kind}{division}{body}{OrganizationCode.CheckCharacter(body)}";
        return first17 + Contracts.Validation.Formats.Uscc.CheckCharacter(first17);
    }

    /// <summary>A pseudonym, made as a city node makes it: HMAC-SHA-256 with a key of its own, 26 characters of Base32.</summary>
    public static string PersonPid(long seed, int index)
    {
        var key = Encoding.UTF8.GetBytes(Text.Invariant($"simulated city key {seed}"));
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Text.Invariant($"person {index}")));
        var pid = new StringBuilder(26);
        for (var i = 0; i < 26; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            pid.Append(Base32[(pair >> (11 - (bit % 8))) & 31]);
        }

        return pid.ToString();
    }

    /// <summary>A mobile number of a block with zeros, so that no one is called by mistake.</summary>
    public static string Mobile(Prng random) => Text.Invariant($"19900{random.Below(1_000_000):D6}");
}
