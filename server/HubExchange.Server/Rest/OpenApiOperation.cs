using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Rest;

/// <summary>One call of the OpenAPI document: an RPC by one of its HTTP bindings.</summary>
internal static class OpenApiOperation
{
    // Deeper fields of a query could not be read any more; the contracts have none.
    private const int MaxDepth = 3;

    public static JsonObject Of(MethodDescriptor rpc, HttpBinding binding, string id, JsonSchemas schemas)
    {
        var operation = new JsonObject
        {
            ["tags"] = new JsonArray(OpenApiDocument.TagOf(rpc.Service)),
            ["operationId"] = id,
            ["summary"] = $"{LabelOf(rpc)} {rpc.Name}".Trim(),
            ["description"] = DescriptionOf(rpc),
            ["x-permission"] = PermissionOf(rpc),
            ["parameters"] = new JsonArray([.. PathParameters(rpc, binding, schemas), .. QueryParameters(rpc, binding, schemas)]),
        };
        if (BodyOf(rpc, binding, schemas) is { } body)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = body } },
            };
        }

        var responses = new JsonObject { ["200"] = AnswerOf(rpc, schemas) };
        foreach (var (status, response) in ErrorSchema.ResponsesOf(rpc, schemas))
        {
            responses[$"{status}"] = response;
        }

        operation["responses"] = responses;
        return operation;
    }

    private static string LabelOf(MethodDescriptor rpc) => rpc.GetOptions()?.GetExtension(OptionsExtensions.RpcLabel) ?? "";

    private static string PermissionOf(MethodDescriptor rpc) => rpc.GetOptions()?.GetExtension(OptionsExtensions.Permission) ?? "";

    private static string DescriptionOf(MethodDescriptor rpc) =>
        $"{ContractComments.Of(rpc)}\n\n权限 permission: `{PermissionOf(rpc)}` · gRPC: `{rpc.FullName}`".Trim();

    private static IEnumerable<JsonObject> PathParameters(MethodDescriptor rpc, HttpBinding binding, JsonSchemas schemas) =>
        binding.Variables.Select(name => Parameter(
            name, "path", schemas.Of(FieldAt(rpc.InputType, name.Split('.'))), isRequired: true));

    private static IEnumerable<JsonObject> QueryParameters(MethodDescriptor rpc, HttpBinding binding, JsonSchemas schemas) =>
        QueryFields(rpc, binding).Select(field => Parameter(field.Name, "query", schemas.Of(field.Field), isRequired: false));

    /// <summary>The parameters of the query with their names: every field that stands neither in the path nor in the body.</summary>
    public static IEnumerable<(string Name, FieldDescriptor Field)> QueryFields(MethodDescriptor rpc, HttpBinding binding) =>
        binding.Body == "*"
            ? []
            : QueryFields(rpc.InputType, "", "", MaxDepth)
                .Where(field => field.Path != binding.Body && !binding.Variables.Contains(field.Path))
                .Select(field => (field.Name, field.Field));

    private static IEnumerable<(string Name, string Path, FieldDescriptor Field)> QueryFields(
        MessageDescriptor message, string namePrefix, string pathPrefix, int depth)
    {
        foreach (var field in message.Fields.InDeclarationOrder().Where(field => !field.IsMap))
        {
            if (field.FieldType != FieldType.Message || WellKnownSchema.Of(field.MessageType) is not null)
            {
                yield return (namePrefix + field.JsonName, pathPrefix + field.Name, field);
            }
            else if (!field.IsRepeated && depth > 1)
            {
                foreach (var nested in QueryFields(
                    field.MessageType, $"{namePrefix}{field.JsonName}.", $"{pathPrefix}{field.Name}.", depth - 1))
                {
                    yield return nested;
                }
            }
        }
    }

    private static JsonObject Parameter(string name, string place, JsonObject schema, bool isRequired)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (schema["description"] is { } description)
        {
            schema.Remove("description");
            parameter["description"] = description;
        }

        // A list is sent by naming the parameter again for each value: style form with explode, the default of a query.
        parameter["required"] = isRequired;
        parameter["schema"] = schema;
        return parameter;
    }

    private static JsonObject? BodyOf(MethodDescriptor rpc, HttpBinding binding, JsonSchemas schemas) => binding.Body switch
    {
        "" => null,
        "*" when binding.Variables.Count == 0 => schemas.Of(rpc.InputType),
        "*" => schemas.ObjectOf(rpc.InputType, field => !binding.Variables.Contains(field.Name)),
        var name => schemas.Of(FieldAt(rpc.InputType, name)),
    };

    private static JsonObject AnswerOf(MethodDescriptor rpc, JsonSchemas schemas)
    {
        // An RPC that returns HttpBody sends a file as it is.
        var isFile = rpc.OutputType.FullName == "google.api.HttpBody";
        var text = isFile ? "文件内容。 A file." : ContractComments.Of(rpc.OutputType);
        if (rpc.IsServerStreaming && !isFile)
        {
            text = $"{text}\n\n流式应答:每行一个 JSON。 A stream: one JSON object a line.";
        }

        var content = isFile
            ? new JsonObject { ["*/*"] = new JsonObject() }
            : new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schemas.Of(rpc.OutputType) } };
        return new JsonObject { ["description"] = text.Length > 0 ? text : rpc.OutputType.Name, ["content"] = content };
    }

    private static FieldDescriptor FieldAt(MessageDescriptor message, params ReadOnlySpan<string> path)
    {
        var field = message.FindFieldByName(path[0])
            ?? throw new InvalidOperationException($"A google.api.http option names {path[0]}, which {message.FullName} does not have.");
        return path.Length == 1 ? field : FieldAt(field.MessageType, path[1..]);
    }
}
