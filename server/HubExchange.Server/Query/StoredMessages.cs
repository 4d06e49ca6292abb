using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>Reads all records of a small type as messages: layouts, zones, units, indicators.</summary>
internal sealed class StoredMessages(HubStorage storage, EntityTypes types, NpgsqlConnection connection, ReadTime time)
{
    /// <summary>The consolidated records of the moment, in the order of their keys.</summary>
    public async Task<List<T>> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>, new()
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        var rows = new RecordRows(storage, time, command.Parameters);
        command.CommandText =
            $"select r.hub_payload from {rows.From(types.Of<T>(), ["hub_key", "hub_payload"])} r order by r.hub_key collate \"C\"";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            records.Add(parser.ParseFrom(reader.GetFieldValue<byte[]>(0)));
        }

        return records;
    }
}
