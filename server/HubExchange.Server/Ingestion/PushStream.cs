using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>
/// One push connection after its hello: takes frame after frame, commits it, acknowledges it. The next frame is read only when the one
/// before is committed, so HTTP/2 flow control is the back-pressure and memory stays bounded.
/// </summary>
internal sealed class PushStream(
    Caller caller,
    StreamPosition opened,
    EntityTypes types,
    ChangeReader reader,
    FrameWriter writer,
    StreamStore streams,
    DivisionRegister divisions,
    IngestionOptions limits)
{
    private long _sequence = opened.Sequence;

    public PushResponse Welcome(PushHello hello)
    {
        var welcome = new PushWelcome
        {
            NextSequence = _sequence + 1,
            Credits = limits.Credits,
            MaxChanges = limits.MaxChanges,
            MaxFrameBytes = limits.MaxFrameBytes,
            Epoch = opened.Epoch,
        };
        welcome.UnknownTypes.Add(hello.Types_.Where(type => types.Find(type) is null));
        return new PushResponse { Welcome = welcome };
    }

    public async Task RunAsync(
        IAsyncStreamReader<PushRequest> requests, IServerStreamWriter<PushResponse> responses, CancellationToken cancellationToken)
    {
        while (await requests.MoveNext(cancellationToken))
        {
            var frame = requests.Current.Frame
                ?? throw Invalid("hello 之后只能发送 frame", "only frames may follow the hello");
            await responses.WriteAsync(new PushResponse { Ack = await TakeAsync(frame, cancellationToken) }, cancellationToken);
        }
    }

    private async Task<PushAck> TakeAsync(PushFrame frame, CancellationToken cancellationToken)
    {
        if (frame.Sequence > _sequence + 1)
        {
            throw HubErrors.Of(
                ErrorReason.SequenceGap,
                ("source", opened.Source),
                ("stream", opened.Stream),
                ("expected", (_sequence + 1).ToString(CultureInfo.InvariantCulture)),
                ("received", frame.Sequence.ToString(CultureInfo.InvariantCulture)));
        }

        if (frame.Sequence <= _sequence)
        {
            await EnsureSameAsync(frame, cancellationToken);
            return new PushAck { ThroughSequence = _sequence, Credits = limits.Credits, Counts = new PushCounts() };
        }

        var type = CheckFrame(frame);
        await divisions.RefreshIfOldAsync(cancellationToken);
        var result = await writer.WriteAsync(
            new FrameWrite(type, caller, opened, frame.Sequence, FrameDigest.Of(frame), reader.Read(type, frame.Changes)),
            cancellationToken);
        _sequence = frame.Sequence;
        return new PushAck
        {
            ThroughSequence = _sequence,
            Credits = limits.Credits,
            Counts = result.Counts,
            Rejected = { result.Rejected },
        };
    }

    private EntityType CheckFrame(PushFrame frame)
    {
        var type = types.Find(frame.Type) ?? throw HubErrors.Of(ErrorReason.TypeUnknown, ("type", frame.Type));
        PushRules.EnsureWritable(type, caller);
        PushRules.EnsureSize(frame.Changes.Count, frame.CalculateSize(), limits);
        return type;
    }

    // A sequence below 1, or one whose digest is no longer kept, cannot be told from a replay: it was acknowledged before.
    private async Task EnsureSameAsync(PushFrame frame, CancellationToken cancellationToken)
    {
        var digest = await streams.DigestAsync(opened, frame.Sequence, cancellationToken);
        if (digest is not null && !digest.AsSpan().SequenceEqual(FrameDigest.Of(frame)))
        {
            throw HubErrors.Of(
                ErrorReason.SequenceFork,
                ("source", opened.Source),
                ("stream", opened.Stream),
                ("sequence", frame.Sequence.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static RpcException Invalid(string zh, string en) =>
        HubErrors.Of(ErrorReason.FrameInvalid, ("problem", en), ("problem_zh", zh));
}
