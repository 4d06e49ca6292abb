using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Contracts.Entities;

/// <summary>A set of entity types, read once from message descriptors and checked as a whole.</summary>
public sealed class EntityTypes
{
    private readonly FrozenDictionary<string, EntityType> _byId;
    private readonly FrozenDictionary<string, EntityType> _byMessage;

    private EntityTypes(IReadOnlyCollection<EntityType> types)
    {
        All = [.. types.OrderBy(type => type.Id, StringComparer.Ordinal)];
        _byId = All.ToFrozenDictionary(type => type.Id);
        _byMessage = All.ToFrozenDictionary(type => type.Message.FullName);
    }

    /// <summary>Every type in the order of the ids.</summary>
    public IReadOnlyList<EntityType> All { get; }

    /// <summary>Returns the type with this id, or null.</summary>
    public EntityType? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Returns the type whose message this is, or null.</summary>
    public EntityType? Find(MessageDescriptor message) => _byMessage.GetValueOrDefault(message.FullName);

    /// <summary>Returns the type of a generated message class.</summary>
    /// <exception cref="ArgumentException">The class is not an entity of this set.</exception>
    public EntityType Of<T>() where T : Google.Protobuf.IMessage<T>, new() =>
        Find(new T().Descriptor) ?? throw new ArgumentException($"{typeof(T)} is not an entity type of this set.");

    /// <summary>Reads every message that declares itself an entity out of <paramref name="files"/>.</summary>
    /// <exception cref="ContractException">Messages declare themselves wrongly; the exception lists every mistake.</exception>
    public static EntityTypes From(IEnumerable<FileDescriptor> files)
    {
        var types = new List<EntityType>();
        foreach (var message in files.SelectMany(file => file.MessageTypes))
        {
            if (message.GetOptions()?.GetExtension(OptionsExtensions.Entity) is { } options)
            {
                types.Add(new EntityType(message, options));
            }
        }

        var mistakes = ContractCheck.Mistakes(types);
        return mistakes is [] ? new EntityTypes(types) : throw new ContractException(mistakes);
    }
}
