using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;

namespace HubExchange.Server.Rest;

/// <summary>One way to call an RPC over HTTP, as its <c>google.api.http</c> option declares it.</summary>
/// <param name="Verb">HTTP method in upper case.</param>
/// <param name="Path">Path with its variables in braces, without their patterns.</param>
/// <param name="Variables">Fields of the request that stand in the path.</param>
/// <param name="Body"><c>*</c> when the body holds every other field, the name of one field, or empty when there is no body.</param>
internal sealed partial record HttpBinding(string Verb, string Path, IReadOnlyList<string> Variables, string Body)
{
    /// <summary>Every binding of an RPC, the main one first; none for an RPC that is only for gRPC.</summary>
    public static IEnumerable<HttpBinding> Of(MethodDescriptor rpc)
    {
        // Bidirectional streams have no form in HTTP and JSON, whatever they declare.
        if (rpc.IsClientStreaming || rpc.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            return [];
        }

        return rule.AdditionalBindings.Prepend(rule).Select(Of);
    }

    private static HttpBinding Of(HttpRule rule)
    {
        var (verb, template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
            HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
            HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
            _ => throw new InvalidOperationException($"A google.api.http option of the contracts has no method that is known here: {rule}"),
        };
        return new HttpBinding(
            verb, Variable.Replace(template, "{$1}"), [.. Variable.Matches(template).Select(match => match.Groups[1].Value)], rule.Body);
    }

    [GeneratedRegex(@"\{([\w.]+)(?:=[^}]*)?\}")]
    private static partial Regex Variable { get; }
}
