using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Rest;

/// <summary>
/// JSON schemas of messages in the JSON mapping of protobuf. Every message and code list that is asked for becomes a component, and so
/// does what it refers to.
/// </summary>
internal sealed class JsonSchemas
{
    private const string TypeUrl = "type.googleapis.com/";

    private readonly SortedDictionary<string, JsonObject> _components = new(StringComparer.Ordinal);
    private readonly EntityTypes _types;
    private readonly HashSet<string> _packed;

    /// <param name="types">What a record of the hub can be.</param>
    public JsonSchemas(EntityTypes types)
    {
        _types = types;
        _packed = [.. types.All.Select(type => type.Message).Concat(ErrorSchema.Details).Select(message => message.FullName)];
    }

    /// <summary>The components so far.</summary>
    public JsonObject Components() => new(_components.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value.DeepClone())));

    /// <summary>The schema of a message: a reference to its component, or what JSON has for a well-known type.</summary>
    public JsonObject Of(MessageDescriptor message)
    {
        if (message.FullName == Any.Descriptor.FullName)
        {
            return OneOf("record", "任一数据类型的记录。 A record of any type.", _types.All.Select(type => type.Message));
        }

        return WellKnownSchema.Of(message) ?? Component(message.FullName, () => ObjectOf(message, _ => true));
    }

    /// <summary>A message of which only some fields are there, written out in place.</summary>
    public JsonObject ObjectOf(MessageDescriptor message, Func<FieldDescriptor, bool> includes)
    {
        var properties = new JsonObject();
        if (_packed.Contains(message.FullName))
        {
            properties["@type"] = new JsonObject
            {
                ["const"] = TypeUrl + message.FullName,
                ["description"] = "消息的类型。 Type of the message.",
            };
        }

        foreach (var field in message.Fields.InDeclarationOrder().Where(includes))
        {
            properties[field.JsonName] = Of(field);
        }

        var schema = new JsonObject { ["type"] = "object" };
        if (_types.Find(message) is { } type)
        {
            schema["title"] = type.Label;
            schema["x-entity-type"] = type.Id;
            schema["x-key"] = new JsonArray([.. type.Key.Select(field => JsonValue.Create(field.Name))]);
        }

        Describe(schema, ContractComments.Of(message));
        schema["properties"] = properties;
        return schema;
    }

    /// <summary>A field with its label, rules and limits.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        JsonObject schema;
        if (field.IsMap)
        {
            schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = ValueOf(field.MessageType.Fields[2]) };
        }
        else if (field.IsRepeated)
        {
            schema = new JsonObject { ["type"] = "array", ["items"] = ValueOf(field) };
        }
        else
        {
            schema = ValueOf(field);
        }

        var isKey = _types.Find(field.ContainingType)?.Options.Key.Contains(field.Name) ?? false;
        FieldText.Describe(schema, field, isKey);
        return schema;
    }

    /// <summary>A message that says with <c>@type</c> which of several it is.</summary>
    public JsonObject OneOf(string name, string description, IEnumerable<MessageDescriptor> messages) => Component(name, () =>
    {
        var references = messages.Select(message => (Url: TypeUrl + message.FullName, Schema: Of(message))).ToList();
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = description,
            ["required"] = new JsonArray("@type"),
            ["oneOf"] = new JsonArray([.. references.Select(reference => reference.Schema)]),
            ["discriminator"] = new JsonObject
            {
                ["propertyName"] = "@type",
                ["mapping"] = new JsonObject(references.Select(
                    reference => KeyValuePair.Create<string, JsonNode?>(reference.Url, reference.Schema["$ref"]!.GetValue<string>()))),
            },
        };
    });

    private JsonObject ValueOf(FieldDescriptor field)
    {
        // Error details are packed in the same way as records.
        if (field.ContainingType.FullName == Google.Rpc.Status.Descriptor.FullName && field.FieldType == FieldType.Message)
        {
            return OneOf("errorDetail", "错误的细节。 Details of an error.", ErrorSchema.Details);
        }

        return field.FieldType switch
        {
            FieldType.Message or FieldType.Group => Of(field.MessageType),
            FieldType.Enum => CodesOf(field),
            _ => ScalarSchema.Of(field),
        };
    }

    private JsonObject CodesOf(FieldDescriptor field)
    {
        if (FieldText.OptionsOf(field) is { Allowed.Count: > 0 } options)
        {
            var prefix = CodeListSchema.PrefixOf(field.EnumType);
            return CodeListSchema.Of(field.EnumType, value => options.Allowed.Contains(value.Name[prefix.Length..]));
        }

        return field.EnumType.FullName == "google.protobuf.NullValue"
            ? new JsonObject { ["type"] = "null" }
            : Component(field.EnumType.FullName, () => CodeListSchema.Of(field.EnumType, _ => true));
    }

    private JsonObject Component(string name, Func<JsonObject> create)
    {
        // The name is taken first: a message may refer to itself.
        if (_components.TryAdd(name, new JsonObject()))
        {
            _components[name] = create();
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private static void Describe(JsonObject schema, string text)
    {
        if (text.Length > 0)
        {
            schema["description"] = text;
        }
    }
}
