using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace HubExchange.Server.Rest;

/// <summary>JSON schemas of the well-known types, which JSON has its own forms for.</summary>
internal static class WellKnownSchema
{
    /// <summary>Null for any other message.</summary>
    public static JsonObject? Of(MessageDescriptor message) => message.FullName switch
    {
        "google.protobuf.Timestamp" => new() { ["type"] = "string", ["format"] = "date-time" },
        "google.protobuf.Duration" => new() { ["type"] = "string", ["pattern"] = @"^-?[0-9]+(\.[0-9]{1,9})?s$" },
        "google.protobuf.FieldMask" => new()
        {
            ["type"] = "string",
            ["description"] = "字段名(小驼峰),以逗号分隔。 Names of fields in lower camel case, with commas between them.",
        },
        "google.protobuf.Empty" or "google.protobuf.Struct" => new() { ["type"] = "object" },
        "google.protobuf.ListValue" => new() { ["type"] = "array", ["items"] = new JsonObject() },
        "google.protobuf.Value" => new(),
        "google.protobuf.StringValue" => new() { ["type"] = "string" },
        "google.protobuf.BytesValue" => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        "google.protobuf.BoolValue" => new() { ["type"] = "boolean" },
        "google.protobuf.FloatValue" or "google.protobuf.DoubleValue" => new() { ["type"] = "number" },
        "google.protobuf.Int32Value" or "google.protobuf.UInt32Value" => new() { ["type"] = "integer" },
        "google.protobuf.Int64Value" or "google.protobuf.UInt64Value" => ScalarSchema.LongSchema(),
        _ => null,
    };
}
