using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubExchange.Server.Tests.Rest;

/// <summary>
/// Checks JSON against a schema of the hub's OpenAPI document. Stricter than JSON Schema in one thing: a property the schema does not
/// declare is a problem.
/// </summary>
internal sealed class JsonShape(JsonElement document)
{
    /// <summary>Everything that is wrong, each with the place.</summary>
    public IReadOnlyList<string> Problems(JsonElement value, JsonElement schema, string place = "$") => [.. Check(value, schema, place)];

    private IEnumerable<string> Check(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Check(value, At(reference.GetString()!), place);
        }

        if (schema.TryGetProperty("oneOf", out _))
        {
            return CheckPacked(value, schema, place);
        }

        if (schema.TryGetProperty("const", out var constant))
        {
            return constant.GetString() == value.GetString() ? [] : [$"{place}: '{value}' is not '{constant}'"];
        }

        return schema.TryGetProperty("type", out var type) ? CheckType(value, schema, type.GetString()!, place) : [];
    }

    private IEnumerable<string> CheckPacked(JsonElement value, JsonElement schema, string place)
    {
        var name = value.TryGetProperty("@type", out var type) ? type.GetString()! : "";
        return schema.GetProperty("discriminator").GetProperty("mapping").TryGetProperty(name, out var target)
            ? Check(value, At(target.GetString()!), place)
            : [$"{place}: @type '{name}' is not declared"];
    }

    private IEnumerable<string> CheckType(JsonElement value, JsonElement schema, string type, string place) => type switch
    {
        "object" when value.ValueKind == JsonValueKind.Object => value.EnumerateObject().SelectMany(
            property => CheckProperty(property, schema, $"{place}.{property.Name}")),
        "array" when value.ValueKind == JsonValueKind.Array => value.EnumerateArray().SelectMany(
            (item, index) => Check(item, schema.GetProperty("items"), $"{place}[{index.ToString(CultureInfo.InvariantCulture)}]")),
        "string" when value.ValueKind == JsonValueKind.String => CheckText(value.GetString()!, schema, place),
        "integer" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) => [],
        "number" when value.ValueKind == JsonValueKind.Number => [],
        "boolean" when value.ValueKind is JsonValueKind.True or JsonValueKind.False => [],
        _ => [$"{place}: {value.ValueKind} where {type} is declared"],
    };

    private IEnumerable<string> CheckProperty(JsonProperty property, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(property.Name, out var declared))
        {
            return Check(property.Value, declared, place);
        }

        return schema.TryGetProperty("additionalProperties", out var others)
            ? Check(property.Value, others, place)
            : [$"{place}: is not declared"];
    }

    private static IEnumerable<string> CheckText(string text, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("enum", out var codes) && !codes.EnumerateArray().Any(code => code.GetString() == text))
        {
            yield return $"{place}: '{text}' is not one of {codes}";
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!))
        {
            yield return $"{place}: '{text}' does not match {pattern}";
        }

        if (schema.TryGetProperty("maxLength", out var length) && text.Length > length.GetInt32())
        {
            yield return $"{place}: longer than {length}";
        }

        if (schema.TryGetProperty("format", out var format) && !IsOf(format.GetString()!, text))
        {
            yield return $"{place}: '{text}' is no {format}";
        }

        if (schema.TryGetProperty("contentEncoding", out _) && !Convert.TryFromBase64String(text, new byte[text.Length], out _))
        {
            yield return $"{place}: '{text}' is not Base64";
        }
    }

    private static bool IsOf(string format, string text) => format switch
    {
        "date-time" => text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "int64" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    private JsonElement At(string reference) =>
        reference.Split('/').Skip(1).Aggregate(document, (element, name) => element.GetProperty(name));
}
