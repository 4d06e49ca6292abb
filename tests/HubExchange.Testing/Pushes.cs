using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Testing;

/// <summary>Unary pushes in one line.</summary>
public static class Pushes
{
    /// <summary>Pushes records of one type as a node.</summary>
    public static Task<PushRecordsResponse> PushAsync<T>(this HubClient client, string node, params IEnumerable<T> records)
        where T : IMessage<T>, new() =>
        client.PushRecordsAsync(
            node, CityEntityTypes.All.Of<T>(), records.Select(record => new Change { Record = record.ToByteString() }));

    /// <summary>Pushes one record that holds from a date.</summary>
    public static Task<PushRecordsResponse> PushAsync<T>(this HubClient client, string node, T record, string effectiveFrom)
        where T : IMessage<T>, new() =>
        client.PushRecordsAsync(
            node,
            CityEntityTypes.All.Of<T>(),
            [new Change { Record = record.ToByteString(), EffectiveFrom = effectiveFrom }]);

    /// <summary>Deletes a record.</summary>
    public static Task<PushRecordsResponse> DeleteAsync<T>(this HubClient client, string node, string key)
        where T : IMessage<T>, new() =>
        client.PushRecordsAsync(node, CityEntityTypes.All.Of<T>(), [new Change { Delete = key }]);
}
