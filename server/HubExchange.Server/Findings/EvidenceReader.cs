using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Server.Findings;

/// <summary>Reads who says what about a field of a record, since when.</summary>
internal sealed class EvidenceReader(HubStorage storage)
{
    /// <summary>Stands for a value that not every member of the exchange may see.</summary>
    public const string Hidden = "***";

    private const int MaxLength = 400;

    /// <summary>The field may be told to every node a finding is shown to.</summary>
    public static bool IsOpen(EntityType type, string field) =>
        type.Options.Share == ShareType.Unconditional && !type.Options.Statistical &&
        type.Find(field)?.Options.DataClass is DataClass.Unspecified or DataClass.Public or DataClass.Internal;

    /// <summary>The value as evidence shows it.</summary>
    public static string? Show(EntityType type, string field, string? value) =>
        value is null ? null : !IsOpen(type, field) ? Hidden : value.Length > MaxLength ? value[..MaxLength] : value;

    /// <summary>What every source says of a field, in the order of the nodes; of the whole record when the field is empty.</summary>
    public async Task<List<EvidenceRow>> ReadAsync(
        EntityType type, string key, string field, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var table = storage.TableOf(type);
        await using var command = new NpgsqlCommand(
            $"""
            select hub_source, {(field.Length == 0 ? "null::text" : $"{table.Find(field)!.QuotedName}::text")}, hub_revision, hub_recorded_at
            from {table.Table}
            where hub_key = $1 and not hub_deleted and hub_source <> '{EntityTable.HubSource}'
            order by hub_source
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var evidence = new List<EvidenceRow>();
        while (await rows.ReadAsync(cancellationToken))
        {
            evidence.Add(new EvidenceRow(
                rows.GetString(0), Show(type, field, rows.IsDBNull(1) ? null : rows.GetString(1)), rows.GetInt64(2), rows.GetDateTime(3)));
        }

        return evidence;
    }
}
