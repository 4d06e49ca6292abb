using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Rpc;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace HubExchange.Server.Rest;

/// <summary>
/// The JSON side of the contracts as an OpenAPI 3.1 document: every RPC with a <c>google.api.http</c> option, every entity type, code list
/// and error. It says nothing that the contracts do not say.
/// </summary>
internal static class OpenApiDocument
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document as JSON in UTF-8.</summary>
    public static byte[] Write(IReadOnlyList<ServiceDescriptor> services, EntityTypes types) =>
        JsonSerializer.SerializeToUtf8Bytes(Of(services, types), Readable);

    /// <summary>The heading under which the calls of a service stand.</summary>
    public static string TagOf(ServiceDescriptor service) =>
        $"{service.GetOptions()?.GetExtension(OptionsExtensions.ServiceLabel)} {service.Name}".Trim();

    private static JsonObject Of(IReadOnlyList<ServiceDescriptor> services, EntityTypes types)
    {
        var schemas = new JsonSchemas(types);
        var paths = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var rpc in services.SelectMany(service => service.Methods))
        {
            foreach (var (index, binding) in HttpBinding.Of(rpc).Index())
            {
                var id = $"{rpc.Service.Name}_{rpc.Name}{(index == 0 ? "" : $"_{index + 1}")}";
                paths.TryAdd(binding.Path, new JsonObject());
                paths[binding.Path][binding.Verb.ToLowerInvariant()] = OpenApiOperation.Of(rpc, binding, id, schemas);
            }
        }

        var components = schemas.Components();
        if (components[ErrorInfo.Descriptor.FullName]?["properties"]?["reason"] is JsonObject reason)
        {
            reason["description"] = ErrorSchema.EveryReason();
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(Requirement("token"), Requirement("certificate")),
            ["tags"] = new JsonArray([.. services.Where(IsCalled).Select(Tag)]),
            ["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create<string, JsonNode?>(path.Key, path.Value))),
            ["components"] = new JsonObject { ["schemas"] = components, ["securitySchemes"] = SecuritySchemes() },
        };
    }

    private static bool IsCalled(ServiceDescriptor service) => service.Methods.Any(rpc => HttpBinding.Of(rpc).Any());

    private static JsonObject Info() => new()
    {
        ["title"] = "科技数据交换枢纽 HubExchange",
        ["version"] = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        ["description"] =
            """
            枢纽的 JSON 接口,由 proto 契约生成。先取得令牌(`hubctl token issue`),在请求头写 `authorization: Bearer <令牌>`;节点用自己的客户端证书。

            * 64 位整数写成文本;时间为 RFC 3339;代码写全名;字节为 Base64;值为默认值(0、空)的字段在应答中省略。
            * 记录写成带 `@type` 的对象,见 `record`。列表用 `pageSize` 和 `pageToken` 翻页,直到 `nextPageToken` 为空。
            * 错误是 `google.rpc.Status`:`code`、中英文 `message`,`details` 里的 `ErrorInfo.reason` 供程序判断。

            The JSON interface of the hub, generated from its proto contracts. Get a token (`hubctl token issue`) and send it as
            `authorization: Bearer <token>`; nodes use their client certificate. 64-bit integers are text, instants RFC 3339, codes full names,
            bytes Base64; fields with their default value (0, empty) are left out of answers. A record is an object with an `@type`, see
            `record`. Lists are read with `pageSize` and `pageToken` until `nextPageToken` is empty. Errors are `google.rpc.Status`; programs
            look at `ErrorInfo.reason` in its `details`.
            """,
        ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
    };

    private static JsonObject Tag(ServiceDescriptor service)
    {
        var tag = new JsonObject { ["name"] = TagOf(service) };
        if (ContractComments.Of(service) is { Length: > 0 } text)
        {
            tag["description"] = text;
        }

        return tag;
    }

    private static JsonObject Requirement(string scheme) => new() { [scheme] = new JsonArray() };

    private static JsonObject SecuritySchemes() => new()
    {
        ["token"] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "bearer",
            ["description"] = "个人令牌。 Token of a person: `hubctl token issue`.",
        },
        ["certificate"] = new JsonObject
        {
            ["type"] = "mutualTLS",
            ["description"] = "节点证书。 Certificate of a node: `hubctl node enroll`.",
        },
    };
}
