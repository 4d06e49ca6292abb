using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>A stream as the database lists it.</summary>
internal sealed class StreamRow
{
    public required string Source { get; init; }

    public required string Stream { get; init; }

    public required long Epoch { get; init; }

    public required long Sequence { get; init; }

    public DateTime? ConnectedAt { get; init; }

    public DateTime? CommittedAt { get; init; }

    public long Forks { get; init; }

    public long? ForkSequence { get; init; }

    public string? ForkType { get; init; }

    public byte[]? ForkCommitted { get; init; }

    public byte[]? ForkReceived { get; init; }

    public DateTime? ForkRecordedAt { get; init; }

    public V1.Stream ToMessage() => new()
    {
        Source = Source,
        Stream_ = Stream,
        Epoch = Epoch,
        Sequence = Sequence,
        ConnectedAt = InstantOf(ConnectedAt),
        CommittedAt = InstantOf(CommittedAt),
        Forks = Forks,
        LastFork = ForkSequence is not { } sequence ? null : new StreamFork
        {
            Sequence = sequence,
            Type = ForkType,
            CommittedDigest = UnsafeByteOperations.UnsafeWrap(ForkCommitted),
            ReceivedDigest = UnsafeByteOperations.UnsafeWrap(ForkReceived),
            RecordedAt = InstantOf(ForkRecordedAt),
        },
    };

    private static Timestamp? InstantOf(DateTime? instant) => instant is { } known ? Timestamp.FromDateTime(known) : null;
}
