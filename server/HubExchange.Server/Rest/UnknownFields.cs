using System.Text.Json;
using Google.Api;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;

namespace HubExchange.Server.Rest;

/// <summary>
/// Finds fields in a JSON body that the contracts do not have. JSON transcoding would pass over them, and what a misspelt field of a
/// record says would be lost.
/// </summary>
internal static class UnknownFields
{
    private const int MaxNamed = 20;

    /// <param name="body">The body. What is no JSON, or of another shape than the contract's, is left to JSON transcoding.</param>
    /// <param name="rpc">The call.</param>
    /// <param name="rule">Which part of the request the body is.</param>
    /// <param name="types">Types of the records in it.</param>
    public static IReadOnlyList<FieldProblem> In(ReadOnlyMemory<byte> body, MethodDescriptor rpc, HttpRule rule, EntityTypes types)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return [];
        }

        using (document)
        {
            var problems = new List<FieldProblem>();
            if (rule.Body == "*")
            {
                Read(rpc.InputType, document.RootElement, "", types, problems);
            }
            else
            {
                Read(rpc.InputType.FindFieldByName(rule.Body), document.RootElement, rule.Body, types, problems);
            }

            return problems;
        }
    }

    private static void Read(FieldDescriptor field, JsonElement value, string path, EntityTypes types, List<FieldProblem> problems)
    {
        if (field.IsMap)
        {
            if (field.MessageType.FindFieldByName("value") is { FieldType: FieldType.Message } of && value.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in value.EnumerateObject())
                {
                    Read(of.MessageType, entry.Value, $"{path}.{entry.Name}", types, problems);
                }
            }
        }
        else if (field.FieldType == FieldType.Message)
        {
            if (!field.IsRepeated)
            {
                Read(field.MessageType, value, path, types, problems);
            }
            else if (value.ValueKind == JsonValueKind.Array)
            {
                var index = 0;
                foreach (var element in value.EnumerateArray())
                {
                    Read(field.MessageType, element, $"{path}[{index++}]", types, problems);
                }
            }
        }
    }

    private static void Read(MessageDescriptor message, JsonElement value, string path, EntityTypes types, List<FieldProblem> problems)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        const string typeName = "@type";
        var isAny = message == Any.Descriptor;
        if (isAny)
        {
            var name = value.TryGetProperty(typeName, out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "";
            name = name[(name.LastIndexOf('/') + 1)..];
            if (types.All.FirstOrDefault(candidate => candidate.Message.FullName == name)?.Message is not { } content)
            {
                return;
            }

            message = content;
        }
        else if (message.File.Package == Any.Descriptor.File.Package)
        {
            // These have forms of their own in JSON.
            return;
        }

        foreach (var property in value.EnumerateObject())
        {
            if (problems.Count == MaxNamed)
            {
                return;
            }

            var at = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (UnknownParameters.Find(message, property.Name) is { } field)
            {
                Read(field, property.Value, at, types, problems);
            }
            else if (!isAny || property.Name != typeName)
            {
                problems.Add(new FieldProblem(at, $"{message.FullName} 没有这个字段,请核对拼写", $"is no field of {message.FullName}; check the spelling"));
            }
        }
    }
}
