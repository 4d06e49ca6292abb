using System.Security.Cryptography;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Platform.V1;
using HubExchange.V1;

namespace HubExchange.Testing.History;

/// <summary>A change to send, with what its sender knows of it. All of one small type that anyone may push.</summary>
/// <param name="Change">What is sent.</param>
/// <param name="Known">What the checker has to know.</param>
public sealed record PushedChange(Change Change, HistoryChange Known)
{
    private static readonly byte[] Sample = RecordSamples.Minimal(CityEntityTypes.All.Of<RdInstitution>()).ToByteArray();

    /// <summary>The type.</summary>
    public static EntityType Type { get; } = CityEntityTypes.All.Of<RdInstitution>();

    /// <summary>A valid record whose content is what <paramref name="marker"/> says.</summary>
    public static PushedChange Upsert(string key, string marker) => Of(Record(key, marker), marker, isDirty: false);

    /// <summary>A record without what its contract requires.</summary>
    public static PushedChange Dirty(string key, string marker)
    {
        var record = Record(key, "");
        record.MainDirection = marker;
        return Of(record, marker, isDirty: true);
    }

    /// <summary>Bytes that are no record.</summary>
    public static PushedChange Unreadable() =>
        Refused(new Change { Record = ByteString.CopyFrom(0x0a, 0xff, 0xff) }, new HistoryChange("", "", "unreadable", IsDirty: true));

    /// <summary>A deletion.</summary>
    public static PushedChange Delete(string key) => new(new Change { Delete = key }, new HistoryChange(key, "", "deletion"));

    private static RdInstitution Record(string key, string name)
    {
        var record = RdInstitution.Parser.ParseFrom(Sample);
        record.RdId = key;
        record.Name = name;
        return record;
    }

    private static PushedChange Of(RdInstitution record, string marker, bool isDirty)
    {
        var change = new Change { Record = record.ToByteString() };
        var known = new HistoryChange(record.RdId, Convert.ToHexStringLower(RecordHash.Compute(Type, record)), marker, isDirty);
        return isDirty ? Refused(change, known) : new PushedChange(change, known);
    }

    private static PushedChange Refused(Change change, HistoryChange known) =>
        new(change, known with { Content = Convert.ToHexStringLower(SHA256.HashData(change.ToByteArray())) });
}
