using Google.Api;
using Google.Protobuf.Reflection;
using HubExchange.Server.Errors;

namespace HubExchange.Server.Rest;

/// <summary>
/// Finds parameters in a query that the call does not have. JSON transcoding would pass over them, and a misspelt filter would answer
/// with everything.
/// </summary>
internal static class UnknownParameters
{
    public static IReadOnlyList<FieldProblem> In(IQueryCollection query, MethodDescriptor rpc, HttpRule rule) => query.Count == 0
        ? []
        : [.. query.Keys.Where(name => !IsKnown(name, rpc, rule)).Select(Problem)];

    private static bool IsKnown(string name, MethodDescriptor rpc, HttpRule rule) =>
        rule.Body != "*" && Resolve(rpc.InputType, name.Split('.'));

    private static bool Resolve(MessageDescriptor message, ReadOnlySpan<string> path) =>
        Find(message, path[0]) is { } field
        && (path.Length == 1 || field is { FieldType: FieldType.Message, IsRepeated: false } && Resolve(field.MessageType, path[1..]));

    /// <summary>A field by its name. Names of the contract are taken beside those of JSON, as JSON transcoding does.</summary>
    public static FieldDescriptor? Find(MessageDescriptor message, string name) =>
        message.FindFieldByName(name) ?? message.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name);

    private static FieldProblem Problem(string name) => new(name, "此调用没有这个参数", "is no parameter of this call");
}
