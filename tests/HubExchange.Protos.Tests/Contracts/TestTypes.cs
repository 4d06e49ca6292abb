using System.Reflection;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Tests.V1;

namespace HubExchange.Contracts.Tests.Contracts;

/// <summary>Every entity type of the contracts, found in the assembly, and the sample of these tests.</summary>
internal static class TestTypes
{
    /// <summary>The files of the contracts' assembly.</summary>
    public static IReadOnlyList<FileDescriptor> Files { get; } =
        [.. typeof(CityEntityTypes).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()];

    public static EntityTypes All { get; } = EntityTypes.From([.. Files, SampleReflection.Descriptor]);

    public static TheoryData<string> Ids => [.. All.All.Select(type => type.Id)];
}
