using System.Collections.Frozen;
using System.Reflection;
using Google.Protobuf.Reflection;

namespace HubExchange.Contracts.Entities;

/// <summary>The comments of the contracts, which descriptors at run time do not hold. They are built into this assembly.</summary>
public static class ContractComments
{
    private const string Resource = "contracts.binpb";

    private static readonly Lazy<FrozenDictionary<string, string>> ByName = new(Read);

    /// <summary>What the contract says above a declaration, on one line per paragraph; empty for contracts that are not the product's own.</summary>
    public static string Of(IDescriptor descriptor) => ByName.Value.GetValueOrDefault(descriptor.FullName, "");

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not built in.");
        return FileDescriptorSet.Parser.ParseFrom(stream).File
            .SelectMany(CommentsOf)
            .DistinctBy(comment => comment.Name)
            .ToFrozenDictionary(comment => comment.Name, comment => comment.Text);
    }

    private static IEnumerable<(string Name, string Text)> CommentsOf(FileDescriptorProto file)
    {
        foreach (var location in file.SourceCodeInfo.Location)
        {
            if (location.LeadingComments.Length > 0 && NameAt(file, [.. location.Path]) is { } name)
            {
                yield return (name, TextOf(location.LeadingComments));
            }
        }
    }

    // A path alternates numbers of fields of descriptor.proto and positions in them, e.g. 4, 2, 2, 0: first field of the third message.
    private static string? NameAt(FileDescriptorProto file, int[] path) => path switch
    {
        [FileDescriptorProto.MessageTypeFieldNumber, var index, .. var rest] =>
            NameAt(file.MessageType[index], $"{file.Package}.", rest),
        [FileDescriptorProto.EnumTypeFieldNumber, var index, .. var rest] => NameAt(file.EnumType[index], $"{file.Package}.", rest),
        [FileDescriptorProto.ServiceFieldNumber, var index] => $"{file.Package}.{file.Service[index].Name}",
        [FileDescriptorProto.ServiceFieldNumber, var index, ServiceDescriptorProto.MethodFieldNumber, var method] =>
            $"{file.Package}.{file.Service[index].Name}.{file.Service[index].Method[method].Name}",
        _ => null,
    };

    private static string? NameAt(DescriptorProto message, string prefix, int[] path) => path switch
    {
        [] => prefix + message.Name,
        [DescriptorProto.FieldFieldNumber, var index] => $"{prefix}{message.Name}.{message.Field[index].Name}",
        [DescriptorProto.NestedTypeFieldNumber, var index, .. var rest] =>
            NameAt(message.NestedType[index], $"{prefix}{message.Name}.", rest),
        [DescriptorProto.EnumTypeFieldNumber, var index, .. var rest] => NameAt(message.EnumType[index], $"{prefix}{message.Name}.", rest),
        _ => null,
    };

    // A descriptor at run time names a value by its enum, unlike protoc, which follows the scope of C++.
    private static string? NameAt(EnumDescriptorProto codes, string prefix, int[] path) => path switch
    {
        [] => prefix + codes.Name,
        [EnumDescriptorProto.ValueFieldNumber, var index] => $"{prefix}{codes.Name}.{codes.Value[index].Name}",
        _ => null,
    };

    private static string TextOf(string comment) => string.Join(
        '\n',
        comment.Trim().Split("\n\n").Select(
            paragraph => string.Join(' ', paragraph.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))));
}
