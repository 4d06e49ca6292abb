using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Identity;

/// <summary>Kinds of node as the codes they are stored under, e.g. <c>COUNTY</c>.</summary>
internal static class NodeKinds
{
    private static readonly CodeList Codes = CodeList.Of(OptionsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(NodeKind)));

    /// <summary>The code of a kind; null when it is unspecified.</summary>
    public static string? CodeOf(NodeKind kind) => Codes.Find((int)kind)?.Name;

    /// <summary>The kind of a code; unspecified for none and for one that is not known.</summary>
    public static NodeKind Of(string? code) => code is null ? NodeKind.Unspecified : (NodeKind)(Codes.Find(code)?.Number ?? 0);
}
