using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;
using Contract = HubExchange.Contracts.Entities;

namespace HubExchange.Server.Catalog;

/// <summary>Writes an entity type the way the catalogue shows it.</summary>
internal static class CatalogText
{
    public static CatalogType Of(Contract.EntityType type, bool withFields)
    {
        var shown = new CatalogType
        {
            Type = type.Id,
            Label = type.Label,
            Message = type.Message.FullName,
            Key = { type.Key.Select(field => field.Name) },
            Share = type.Options.Share,
            ShareBasis = type.Options.ShareBasis,
            Authority = { type.Options.Authority },
            AuthorityOnly = type.Options.AuthorityOnly,
        };
        if (withFields)
        {
            shown.Fields.AddRange(type.Fields.Select(Of));
        }

        return shown;
    }

    private static CatalogField Of(Contract.EntityField field) => new()
    {
        Name = field.Name,
        Label = field.Label,
        Kind = KindOf(field.Descriptor),
        Repeated = field.IsList,
        Options = field.Options,
        Codes = { (field.Codes?.Codes ?? []).Select(code => new CatalogCode { Name = code.Name, Label = code.Label }) },
    };

    private static string KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => "text",
        FieldType.Int32 or FieldType.Int64 => "integer",
        FieldType.Bool => "boolean",
        FieldType.Enum => "code",
        FieldType.Bytes => "bytes",
        FieldType.Message when field.MessageType == Timestamp.Descriptor => "timestamp",
        _ => "message",
    };
}
