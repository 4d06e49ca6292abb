using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Server.Rest;

/// <summary>JSON schemas of numbers, texts and bytes, with the rules the contract declares for the field.</summary>
internal static class ScalarSchema
{
    private const int DefaultMaxLength = 400;

    public static JsonObject Of(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => new() { ["type"] = "boolean" },
        FieldType.Float or FieldType.Double => new() { ["type"] = "number" },
        FieldType.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.String => TextOf(field),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => NumberOf(field),
        FieldType.UInt32 or FieldType.Fixed32 => new() { ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0 },
        _ => LongSchema(),
    };

    /// <summary>64-bit integers travel as text: many readers of JSON lose digits of large numbers. Both forms are taken.</summary>
    public static JsonObject LongSchema() => new() { ["type"] = "string", ["format"] = "int64", ["pattern"] = "^-?[0-9]+$" };

    private static JsonObject NumberOf(FieldDescriptor field)
    {
        var schema = new JsonObject { ["type"] = "integer", ["format"] = "int32" };
        if (FieldText.OptionsOf(field) is { } options)
        {
            if (options.HasMin)
            {
                schema["minimum"] = options.Min;
            }

            if (options.HasMax)
            {
                schema["maximum"] = options.Max;
            }
        }

        return schema;
    }

    private static JsonObject TextOf(FieldDescriptor field)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (FieldText.OptionsOf(field) is not { } options)
        {
            return schema;
        }

        schema["maxLength"] = options.MaxLength > 0 ? options.MaxLength : DefaultMaxLength;
        if (options.Pattern.Length > 0)
        {
            schema["pattern"] = string.Create(CultureInfo.InvariantCulture, $"^(?:{options.Pattern})$");
        }

        if (options.Format is Format.Date)
        {
            schema["format"] = "date";
        }
        else if (options.Format is Format.Email)
        {
            schema["format"] = "email";
        }

        return schema;
    }
}
