using HubExchange.V1;

namespace HubExchange.Server.Deliveries;

/// <summary>A version of a record that somebody is given.</summary>
internal readonly record struct DeliveredVersion(string Type, string Key, string Source, long Revision)
{
    public static DeliveredVersion Of(Record record) => new(record.Type, record.Key, record.Source, record.Revision);

    /// <summary>What a message of a watch tells of.</summary>
    public static IEnumerable<DeliveredVersion> Of(WatchRecordsResponse message)
    {
        foreach (var happened in message.Events)
        {
            if (happened.Put is { } put)
            {
                yield return Of(put);
            }
            else if (happened.Gone is { Revision: > 0 } gone)
            {
                yield return new DeliveredVersion(gone.Type, gone.Key, gone.Source, gone.Revision);
            }
        }
    }
}
