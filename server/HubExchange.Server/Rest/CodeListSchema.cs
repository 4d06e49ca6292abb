using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Rest;

/// <summary>JSON schemas of code lists: the names as they stand in JSON, with their Chinese labels.</summary>
internal static class CodeListSchema
{
    private const string Unspecified = "UNSPECIFIED";

    /// <param name="codes">The code list.</param>
    /// <param name="includes">Which codes are accepted. The unspecified one always is: it stands for none.</param>
    public static JsonObject Of(EnumDescriptor codes, Func<EnumValueDescriptor, bool> includes)
    {
        var values = codes.Values.Where(value => value.Number == 0 || includes(value)).ToList();
        var text = new StringBuilder(ContractComments.Of(codes));
        foreach (var value in values.Where(value => value.Number != 0))
        {
            text.Append("\n- `").Append(value.Name).Append("` ").Append(LabelOf(value)).Append(' ').Append(ContractComments.Of(value));
        }

        return new JsonObject
        {
            ["type"] = "string",
            ["title"] = CodeList.Of(codes).Label,
            ["description"] = text.ToString().Trim(),
            ["enum"] = new JsonArray([.. values.Select(value => JsonValue.Create(value.Name))]),
            ["x-labels"] = new JsonObject(values.Select(value => KeyValuePair.Create<string, JsonNode?>(value.Name, LabelOf(value)))),
        };
    }

    /// <summary>What every name of the list begins with.</summary>
    public static string PrefixOf(EnumDescriptor codes) =>
        codes.FindValueByNumber(0)?.Name is { } zero && zero.EndsWith(Unspecified, StringComparison.Ordinal) ? zero[..^Unspecified.Length] : "";

    private static string LabelOf(EnumValueDescriptor value) => value.GetOptions()?.GetExtension(OptionsExtensions.Code)?.Label ?? "";
}
