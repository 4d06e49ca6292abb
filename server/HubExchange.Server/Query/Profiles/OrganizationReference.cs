using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Query.Filters;
using Npgsql;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Server.Query.Profiles;

/// <summary>A field that names an organisation, as its contract says: of a record, or of a message in it.</summary>
/// <param name="Field">The field.</param>
/// <param name="Outer">The field of the record that holds the message; null for a field of the record itself.</param>
internal sealed record OrganizationReference(EntityField Field, EntityField? Outer)
{
    /// <summary>Path in filters.</summary>
    public string Path => Outer is null ? Field.Name : $"{Outer.Name}.{Field.Name}";

    /// <summary>Name in Chinese.</summary>
    public string Label => Outer is null ? Field.Label : $"{Outer.Label}·{Field.Label}";

    /// <summary>Column that the condition reads.</summary>
    public string Column => $"\"{(Outer ?? Field).Name}\"";

    /// <summary>The references of a type that a caller may search by.</summary>
    public static IReadOnlyList<OrganizationReference> Of(EntityType type, ReadAccess access, EntityType organization) =>
    [
        .. type.Fields.Where(access.MayFilter).SelectMany(field => Refers(field, organization)
            ? [new OrganizationReference(field, null)]
            : FieldSql.IsDocument(field)
                ? EntityField.AllOf(field.Descriptor.MessageType)
                    .Where(nested => Refers(nested, organization) && access.MayFilter(nested))
                    .Select(nested => new OrganizationReference(nested, field))
                : Enumerable.Empty<OrganizationReference>()),
    ];

    /// <summary>The filter that says the same; null where filters cannot.</summary>
    public string? FilterFor(string uscc) => !Field.Options.Filterable ? null
        : Field.IsList ? $"{Path}:\"{uscc}\""
        : $"{Path} = \"{uscc}\"";

    /// <summary>The condition over rows <c>r</c>; indexes serve it.</summary>
    public string Condition(string uscc, NpgsqlParameterCollection parameters)
    {
        if (Outer is null)
        {
            return Field.IsList ? $"r.{Column} @> array[{parameters.Use(uscc)}]" : $"r.{Column} = {parameters.Use(uscc)}";
        }

        object value = Field.IsList ? new[] { uscc } : uscc;
        object message = new Dictionary<string, object> { [Field.Name] = value };
        return $"r.{Column} @> {parameters.Use(JsonSerializer.Serialize(Outer.IsList ? new[] { message } : message))}::jsonb";
    }

    /// <summary>Whether a record names the organisation here.</summary>
    public bool Names(IMessage record, string uscc) => Outer is null
        ? Holds(record, uscc)
        : Items(Outer.Descriptor.Accessor.GetValue(record)).OfType<IMessage>().Any(message => Holds(message, uscc));

    private bool Holds(IMessage message, string uscc) => Items(Field.Descriptor.Accessor.GetValue(message)).Contains(uscc);

    private static IEnumerable<object?> Items(object? value) => value is IList list ? list.Cast<object?>() : [value];

    private static bool Refers(EntityField field, EntityType organization) =>
        field.Descriptor.FieldType == FieldType.String && field.Options.Reference == organization.Id;
}
