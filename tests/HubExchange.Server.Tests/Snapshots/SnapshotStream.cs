using Google.Protobuf;
using Grpc.Core;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>A push stream of organisations that counts its sequences, frame by frame.</summary>
internal sealed class SnapshotStream : IAsyncDisposable
{
    public const string Type = "enterprise.organization";

    private static int _nodes = 100;

    private readonly RawPush _push;
    private long _sequence;

    private SnapshotStream(RawPush push, long sequence)
    {
        _push = push;
        _sequence = sequence;
    }

    /// <summary>Sequence of the last frame sent.</summary>
    public long Sequence => _sequence;

    /// <summary>A node that no other test uses.</summary>
    public static string NewNode() => $"ND-429{Interlocked.Increment(ref _nodes)}";

    public static async Task<SnapshotStream> OpenAsync(TestHub hub, string node, string stream = "main")
    {
        var (push, welcome) = await RawPush.OpenAsync(hub, await hub.IdentityOfAsync(node), stream);
        return new SnapshotStream(push, welcome.NextSequence - 1);
    }

    /// <summary>Sends a frame and returns its ack.</summary>
    public async Task<PushAck> SendAsync(SnapshotMark mark, params IEnumerable<IMessage> records)
    {
        await PostAsync(mark, records);
        return await AckAsync();
    }

    /// <summary>Sends a frame and does not wait.</summary>
    public Task PostAsync(SnapshotMark mark, params IEnumerable<IMessage> records) =>
        PostAsync(mark, records.Select(record => new Change { Record = record.ToByteString() }));

    /// <summary>Sends a frame of changes and does not wait.</summary>
    public Task PostAsync(SnapshotMark mark, IEnumerable<Change> changes, string type = Type) => _push.SendAsync(new PushRequest
    {
        Frame = new PushFrame { Sequence = ++_sequence, Type = type, Snapshot = mark, Changes = { changes } },
    });

    /// <summary>Sends a frame with a sequence of an earlier one.</summary>
    public async Task<PushAck> ResendAsync(long sequence, SnapshotMark mark, params IEnumerable<IMessage> records)
    {
        var changes = records.Select(record => new Change { Record = record.ToByteString() });
        await _push.SendAsync(new PushRequest
        {
            Frame = new PushFrame { Sequence = sequence, Type = Type, Snapshot = mark, Changes = { changes } },
        });
        return (await _push.ReceiveAsync()).Ack;
    }

    /// <summary>Everything that is acknowledged until the last frame sent is.</summary>
    public async Task<PushAck> AckAsync()
    {
        var sum = new PushAck { Counts = new PushCounts() };
        while (sum.ThroughSequence < _sequence)
        {
            var ack = (await _push.ReceiveAsync()).Ack;
            sum.ThroughSequence = ack.ThroughSequence;
            sum.Counts.Add(ack.Counts);
            sum.Snapshots.Add(ack.Snapshots);
        }

        return sum;
    }

    /// <summary>Expects the hub to end the call.</summary>
    public async Task<ErrorReason> RefusedAsync() => Reasons.Of(await Assert.ThrowsAsync<RpcException>(async () =>
    {
        while (true)
        {
            await _push.ReceiveAsync();
        }
    })).Reason;

    /// <summary>A snapshot in two frames; returns what became of it.</summary>
    public async Task<SnapshotOutcome> SnapshotAsync(params IEnumerable<IMessage> records)
    {
        await SendAsync(SnapshotMark.Begin, records);
        return Assert.Single((await SendAsync(SnapshotMark.End, Array.Empty<IMessage>())).Snapshots);
    }

    public ValueTask DisposeAsync() => _push.DisposeAsync();
}
