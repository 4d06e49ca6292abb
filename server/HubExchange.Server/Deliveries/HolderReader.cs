using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using NpgsqlTypes;

namespace HubExchange.Server.Deliveries;

/// <summary>Reads who holds what.</summary>
internal sealed class HolderReader(HubStorage storage)
{
    private static readonly string ListSql = SqlFiles.Read("Deliveries/ListHolders.sql");

    /// <summary>The holders of versions of a record, by source, revision (newest first), receiver, role and node.</summary>
    /// <param name="type">Type.</param>
    /// <param name="key">Key.</param>
    /// <param name="source">Only versions of this source; empty for every source.</param>
    /// <param name="revision">Only this revision; null for all.</param>
    /// <param name="after">The holder before; null for the first.</param>
    /// <param name="limit">Most holders.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<List<Holder>> ListAsync(
        EntityType type, string key, string source, long? revision, Holder? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var latest = await LatestAsync(connection, type, key, cancellationToken);
        await using var command = new NpgsqlCommand(ListSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = type.Id },
                new NpgsqlParameter<string> { TypedValue = key },
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter { Value = (object?)revision ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter { Value = (object?)after?.Source ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<long> { TypedValue = after?.Revision ?? 0 },
                new NpgsqlParameter<string> { TypedValue = after?.Receiver ?? "" },
                new NpgsqlParameter<string> { TypedValue = after?.Role ?? "" },
                new NpgsqlParameter<string> { TypedValue = after?.Node ?? "" },
                new NpgsqlParameter<int> { TypedValue = limit },
            },
        };
        var holders = new List<Holder>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var holder = new Holder
            {
                Source = rows.GetString(0),
                Revision = rows.GetInt64(1),
                Receiver = rows.GetString(2),
                Role = rows.GetString(3),
                Node = rows.GetString(4),
                FirstDeliveredAt = Timestamp.FromDateTime(rows.GetDateTime(5)),
                LastDeliveredAt = Timestamp.FromDateTime(rows.GetDateTime(6)),
                Deliveries = rows.GetInt64(7),
                Ways = { rows.GetFieldValue<string[]>(8).Select(DeliveryCode.Read) },
                LaterDeliveredAt = rows.IsDBNull(9) ? null : Timestamp.FromDateTime(rows.GetDateTime(9)),
            };
            holder.Outdated = latest.GetValueOrDefault(holder.Source) > holder.Revision;
            holders.Add(holder);
        }

        return holders;
    }

    private async Task<Dictionary<string, long>> LatestAsync(NpgsqlConnection connection, EntityType type, string key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select hub_source, hub_revision from {storage.TableOf(type).Table} where hub_key = $1", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = key } },
        };
        var latest = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            latest.Add(rows.GetString(0), rows.GetInt64(1));
        }

        return latest;
    }
}
