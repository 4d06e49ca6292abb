using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;

namespace HubExchange.Server.Query;

/// <summary>The fields of a record that a caller wants to have.</summary>
internal sealed class ReadMask
{
    private const int MaxPaths = 200;
    private const string Everything = "*";

    private readonly EntityType _type;
    private readonly Node _root = new();
    private readonly List<string> _fields = [];

    private ReadMask(EntityType type) => _type = type;

    /// <summary>Reads the mask of a request; null for everything.</summary>
    public static ReadMask? Of(FieldMask? mask, EntityType type)
    {
        if (mask is null || mask.Paths.Count == 0 || mask.Paths is [Everything])
        {
            return null;
        }

        if (mask.Paths.Count > MaxPaths)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("read_mask", $"不得超过 {MaxPaths} 个字段", $"at most {MaxPaths} paths"));
        }

        var read = new ReadMask(type);
        var problems = mask.Paths.Where(path => !read.Add(path)).Select(path => new FieldProblem(
            "read_mask",
            $"{type.Id} 没有字段 {path}。可用字段:{string.Join(", ", type.Fields.Select(field => field.Name))}",
            $"{type.Id} has no field {path}. Fields: {string.Join(", ", type.Fields.Select(field => field.Name))}")).Take(1).ToArray();
        return problems is [] ? read : throw HubErrors.InvalidRequest(problems);
    }

    /// <summary>The fields of the record that are wanted, whole or in part, in the order of the mask.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Whether a field is wanted, given by its path.</summary>
    public bool Has(string path)
    {
        var node = _root;
        foreach (var name in path.Split('.'))
        {
            if (node.IsWhole)
            {
                return true;
            }

            if (!node.Children.TryGetValue(name, out node!))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The record with nothing but the wanted fields.</summary>
    public ByteString Apply(ByteString payload)
    {
        var record = _type.Message.Parser.WithDiscardUnknownFields(true).ParseFrom(payload);
        Apply(record);
        return record.ToByteString();
    }

    /// <summary>Clears what is not wanted.</summary>
    public void Apply(IMessage record) => Clear(record, _root);

    private bool Add(string path)
    {
        var node = _root;
        var message = _type.Message;
        foreach (var name in path.Split('.'))
        {
            if (message?.FindFieldByName(name) is not { } field)
            {
                return false;
            }

            message = field is { FieldType: FieldType.Message, IsMap: false } ? field.MessageType : null;
            node = node.Child(name);
        }

        node.IsWhole = true;
        if (path.Split('.')[0] is var whole && !_fields.Contains(whole))
        {
            _fields.Add(whole);
        }

        return true;
    }

    private static void Clear(IMessage record, Node node)
    {
        foreach (var field in record.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!node.Children.TryGetValue(field.Name, out var child))
            {
                field.Accessor.Clear(record);
            }
            else if (!child.IsWhole)
            {
                foreach (var nested in NestedIn(field.Accessor.GetValue(record)))
                {
                    Clear(nested, child);
                }
            }
        }
    }

    private static IEnumerable<IMessage> NestedIn(object? value) => value switch
    {
        IMessage message => [message],
        IList list => list.OfType<IMessage>(),
        _ => [],
    };

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = [];

        public bool IsWhole { get; set; }

        public Node Child(string name) => Children.TryGetValue(name, out var child) ? child : Children[name] = new Node();
    }
}
