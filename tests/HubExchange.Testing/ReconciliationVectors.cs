using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Testing;

/// <summary>The file of test vectors of set reconciliation that any language can replay.</summary>
public static class ReconciliationVectors
{
    private const string Type = "enterprise.organization";

    private static readonly int[] Sizes = [0, 1, 2, 40];

    private static readonly byte[] Secret = SHA256.HashData(Encoding.UTF8.GetBytes("hubexchange test secret"));

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Content of the file.</summary>
    public static string Write()
    {
        var key = new ElementKey(Secret, Type);
        var records = Enumerable.Range(0, 40).Select(number => (Key: $"样例-{number:D4}", Hash: SHA256.HashData(BitConverter.GetBytes(number))[..16]));
        var elements = records.Select(record => key.Of(record.Key, record.Hash)).ToArray();
        var sets = Sizes.Select(count =>
        {
            var sketch = new Sketch(key, 64);
            foreach (var element in elements.AsSpan(0, count))
            {
                sketch.Add(element);
            }

            return new
            {
                records = count,
                digest = Convert.ToHexStringLower(sketch.Digest.ToArray()),
                cells = Convert.ToHexStringLower(CellCodec.Write(sketch.Cells)),
                manifest = Convert.ToHexStringLower(Manifest.Write([.. elements.Take(count).Select(element => element.Low).Order()], 0)),
            };
        });
        return JsonSerializer.Serialize(
            new
            {
                version = 1,
                secret = Convert.ToHexStringLower(Secret),
                type = Type,
                records = records.Select((record, index) => new
                {
                    key = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(record.Key)),
                    hash = Convert.ToHexStringLower(record.Hash),
                    element = HexOf(elements[index]),
                }),
                sets,
            },
            Json) + "\n";
    }

    private static string HexOf(Element element)
    {
        var bytes = new byte[Element.Size];
        element.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
