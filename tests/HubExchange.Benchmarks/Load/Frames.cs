using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Load;

/// <summary>Frames serialised beforehand, so that the client costs the shared cores as little as it can.</summary>
internal static class Frames
{
    /// <summary>Type id of the records.</summary>
    public static string Type { get; } = CityEntityTypes.All.Of<Organization>().Id;

    /// <summary>The frames of each stream; records go to the streams in turn, frame by frame.</summary>
    /// <param name="records">The batch.</param>
    /// <param name="first">First record of the batch.</param>
    /// <param name="count">Number of records.</param>
    /// <param name="streams">Number of streams.</param>
    /// <param name="size">Records in a frame.</param>
    /// <param name="version">Version of the records.</param>
    public static List<byte[]>[] Of(Organizations records, int first, int count, int streams, int size, int version = 0)
    {
        var all = Enumerable.Range(0, streams).Select(_ => new List<byte[]>()).ToArray();
        for (var (start, turn) = (0, 0); start < count; start += size, turn = (turn + 1) % streams)
        {
            var frame = new PushFrame { Sequence = all[turn].Count + 1, Type = Type };
            for (var i = start; i < Math.Min(start + size, count); i++)
            {
                frame.Changes.Add(new Change { Record = records.Record(first + i, version).ToByteString() });
            }

            all[turn].Add(new PushRequest { Frame = frame }.ToByteArray());
        }

        return all;
    }
}
