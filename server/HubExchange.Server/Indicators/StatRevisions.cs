using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Indicators;

/// <summary>How firm figures are, as the codes they are stored under, e.g. <c>FINAL</c>.</summary>
internal static class StatRevisions
{
    private static readonly CodeList Codes =
        CodeList.Of(StatRevisionReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(StatRevision)));

    /// <summary>The code; empty when it is not said.</summary>
    public static string CodeOf(StatRevision revision) => Codes.Find((int)revision)?.Name ?? "";

    /// <summary>The firmness of a code; unspecified for none and for one that is not known.</summary>
    public static StatRevision Of(string code) => (StatRevision)(Codes.Find(code)?.Number ?? 0);
}
