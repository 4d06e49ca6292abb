using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;

namespace HubExchange.Testing;

/// <summary>One test vector of the canonical record hash.</summary>
/// <param name="Type">Type id.</param>
/// <param name="Name">What the vector shows.</param>
/// <param name="Record">The record in protobuf JSON.</param>
/// <param name="Wire">The serialized record in hexadecimal; more than the JSON where unknown fields matter.</param>
/// <param name="Canonical">The bytes that are hashed, in hexadecimal.</param>
/// <param name="Hash">SHA-256 of these, first 16 bytes, in hexadecimal.</param>
/// <param name="Keyed">HMAC-SHA-256 of these with the secret of the file, first 16 bytes, in hexadecimal.</param>
public sealed record HashVector(string Type, string Name, JsonElement Record, string Wire, string Canonical, string Hash, string Keyed);

/// <summary>The file of test vectors that any language can replay.</summary>
public static class VectorFile
{
    /// <summary>Secret of the keyed hashes.</summary>
    public static readonly byte[] Secret = Encoding.UTF8.GetBytes("hubexchange test secret");

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>Content of the file for a set of vectors.</summary>
    public static string Write(IEnumerable<HashVector> vectors) => JsonSerializer.Serialize(
        new { version = 1, secret = Convert.ToHexStringLower(Secret), vectors }, Json) + "\n";

    /// <summary>The vectors of a file.</summary>
    public static IReadOnlyList<HashVector> Read(string json) =>
        JsonDocument.Parse(json).RootElement.GetProperty("vectors").Deserialize<List<HashVector>>(Json)!;

    /// <summary>Every vector there is: each type with every field and with only what is needed, and the corners of the definition.</summary>
    public static IEnumerable<HashVector> All(EntityTypes types)
    {
        foreach (var type in types.All)
        {
            yield return Of(type, "full", RecordSamples.Full(type).ToByteArray());
            yield return Of(type, "minimal", RecordSamples.Minimal(type).ToByteArray());
        }

        var organization = types.Find("enterprise.organization")!;
        foreach (var (name, record) in Corners())
        {
            yield return Of(organization, name, record);
        }
    }

    /// <summary>The vector of a serialized record.</summary>
    public static HashVector Of(EntityType type, string name, byte[] wire)
    {
        var record = type.Parse(ByteString.CopyFrom(wire));
        return new HashVector(
            type.Id,
            name,
            JsonDocument.Parse(Formatter.Format(record)).RootElement,
            Convert.ToHexStringLower(wire),
            Convert.ToHexStringLower(RecordHash.CanonicalForm(type, record)),
            Convert.ToHexStringLower(RecordHash.Compute(type, record)),
            Convert.ToHexStringLower(RecordHash.ComputeKeyed(type, record, Secret)));
    }

    private static IEnumerable<(string Name, byte[] Record)> Corners()
    {
        var plain = new Enterprise.V1.Organization { Uscc = RecordSamples.Uscc, Name = "样例" };
        yield return ("optional number absent", plain.ToByteArray());
        yield return ("optional number zero", new Enterprise.V1.Organization(plain) { StaffTotal = 0 }.ToByteArray());
        yield return ("code in lower case and full width", new Enterprise.V1.Organization(plain) { Uscc = " 91420281xn１000065x" }.ToByteArray());
        yield return ("text not in NFC", new Enterprise.V1.Organization(plain) { Name = "Cafe\u0301" }.ToByteArray());
        yield return ("text in NFC", new Enterprise.V1.Organization(plain) { Name = "Caf\u00e9" }.ToByteArray());
        yield return ("compatibility ideograph", new Enterprise.V1.Organization(plain) { Name = "\uf900" }.ToByteArray());
        yield return ("order of a list", new Enterprise.V1.Organization(plain) { FormerNames = { "乙", "甲" } }.ToByteArray());
        yield return ("negative number", new Enterprise.V1.Organization(plain) { RegisteredCapitalFen = -1 }.ToByteArray());

        // Field 19999, length-delimited, "新": what a newer contract might send.
        yield return ("unknown field of a newer contract", [.. plain.ToByteArray(), 0xfa, 0xe1, 0x09, 0x03, 0xe6, 0x96, 0xb0]);
    }
}
