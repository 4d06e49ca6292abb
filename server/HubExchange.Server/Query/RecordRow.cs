using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Query;

/// <summary>Reads the envelope of a stored record.</summary>
internal static class RecordRow
{
    /// <summary>The columns <see cref="Read"/> expects, in order.</summary>
    public const string Columns =
        "r.hub_key, r.hub_source, r.hub_revision, r.hub_effective_from, r.hub_recorded_at, r.hub_hash, r.hub_deleted, " +
        "r.hub_consolidated, r.hub_warnings, r.hub_payload, r.hub_provenance::text, r.hub_disputed";

    /// <summary>How many they are.</summary>
    public const int Count = 12;

    /// <summary>The envelope columns among them.</summary>
    public static IReadOnlyList<string> Envelope { get; } = [.. EntityTable.Envelope.Select(column => column.Name)];

    /// <summary>Reads a row.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="row">The row.</param>
    /// <param name="access">What the caller may see; null to cut it later, for each of several callers.</param>
    /// <param name="mask">What the caller wants to see; null for everything.</param>
    /// <param name="masksPeople">Masks personal fields that the caller may not see instead of cutting them.</param>
    public static Record Read(EntityType type, NpgsqlDataReader row, ReadAccess? access, ReadMask? mask = null, bool masksPeople = false)
    {
        var key = row.GetString(0);
        var source = row.GetString(1);
        var stored = UnsafeByteOperations.UnsafeWrap(row.GetFieldValue<byte[]>(9));
        var masked = masksPeople ? new List<string>() : null;
        var (payload, cut) = access?.Cut(stored, source, masked) ?? (stored, []);
        var record = new Record
        {
            Name = NameOf(type, key),
            Type = type.Id,
            Key = key,
            Source = source,
            Revision = row.GetInt64(2),
            EffectiveFrom = TextOf(row.GetFieldValue<DateOnly>(3)),
            RecordedAt = Timestamp.FromDateTime(row.GetDateTime(4)),
            Hash = UnsafeByteOperations.UnsafeWrap(row.GetFieldValue<byte[]>(5)),
            Deleted = row.GetBoolean(6),
            Consolidated = row.GetBoolean(7),
            Payload = PayloadOf(type, mask is null ? payload : mask.Apply(payload)),
        };
        if (!row.IsDBNull(8))
        {
            record.Warnings.Add(row.GetFieldValue<string[]>(8));
        }

        if (!row.IsDBNull(10))
        {
            ReadProvenance(row.GetFieldValue<byte[]>(10), record);
        }

        if (!row.IsDBNull(11))
        {
            record.DisputedFields.Add(row.GetFieldValue<string[]>(11));
        }

        record.CutFields.Add(mask is null ? cut : cut.Where(mask.Has));
        record.MaskedFields.Add(masked ?? []);
        return record;
    }

    /// <summary>A version as <see cref="Read"/> reads it, uncut, where it need not be read.</summary>
    public static Record Of(EntityType type, RecordVersion version, DateTime recordedAt)
    {
        var record = new Record
        {
            Name = NameOf(type, version.Key),
            Type = type.Id,
            Key = version.Key,
            Source = version.Source,
            Revision = version.Revision,
            EffectiveFrom = TextOf(version.EffectiveFrom),
            RecordedAt = Timestamp.FromDateTime(recordedAt),
            Hash = UnsafeByteOperations.UnsafeWrap(version.Hash),
            Deleted = version.IsDeleted,
            Consolidated = version.IsConsolidated,
            Payload = PayloadOf(type, UnsafeByteOperations.UnsafeWrap(version.Payload)),
        };
        record.Warnings.Add(version.Warnings ?? []);
        record.DisputedFields.Add(version.Disputed ?? []);
        if (version.Provenance is { } provenance)
        {
            ReadProvenance(Encoding.UTF8.GetBytes(provenance), record);
        }

        return record;
    }

    private static string NameOf(EntityType type, string key) => $"types/{type.Id}/records/{key}";

    private static string TextOf(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static Any PayloadOf(EntityType type, ByteString payload) =>
        new() { TypeUrl = $"type.googleapis.com/{type.Message.FullName}", Value = payload };

    // An object of texts. A page of consolidated records has thousands of them.
    private static void ReadProvenance(byte[] json, Record record)
    {
        var reader = new Utf8JsonReader(json);
        string? field = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                field = reader.GetString();
            }
            else if (field is not null && reader.TokenType == JsonTokenType.String)
            {
                record.Provenance.Add(field, reader.GetString());
            }
        }
    }
}
