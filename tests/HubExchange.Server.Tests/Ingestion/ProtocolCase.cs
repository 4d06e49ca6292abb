using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Testing;
using HubExchange.Testing.History;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>Plays one generated case against a hub and compares every answer with the model.</summary>
/// <param name="channel">Channel of the source.</param>
/// <param name="history">Where everything is recorded.</param>
/// <param name="source">The source.</param>
/// <param name="stream">A stream nobody else uses.</param>
/// <param name="keys">Prefix of the keys, which only another source may use as well.</param>
internal sealed class ProtocolCase(GrpcChannel channel, PushHistory history, string source, string stream, string keys)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ProtocolModel _model = new();
    private RecordedPush? _push;

    /// <summary>Source of the case.</summary>
    public string Source => source;

    /// <summary>The model at its end.</summary>
    public ProtocolModel Model => _model;

    public async Task PlayAsync(IEnumerable<ProtocolStep> steps)
    {
        using var late = new CancellationTokenSource(Limit);
        try
        {
            foreach (var step in steps)
            {
                _push ??= await OpenAsync(late.Token);
                await PlayAsync(step, _push, [.. step.Changes.Select(change => change.For(keys))], late.Token);
            }
        }
        finally
        {
            await CloseAsync();
        }
    }

    private Task PlayAsync(ProtocolStep step, RecordedPush push, PushedChange[] changes, CancellationToken cancellationToken) => step.Kind switch
    {
        StepKind.Pipeline => PipelineAsync(push, changes, cancellationToken),
        StepKind.Replay when _model.Committed.Count > 0 => ReplayAsync(push, step.Back % _model.Committed.Count, cancellationToken),
        StepKind.Fork when _model.Committed.Count > 0 => ForkAsync(push, (step.Back % _model.Committed.Count) + 1, cancellationToken),
        StepKind.Gap => RefusedAsync(push, _model.Expected + 1 + step.Back, changes, ErrorReason.SequenceGap, cancellationToken),
        StepKind.Reconnect => CloseAsync(),
        StepKind.Stale => StaleAsync(push, changes, cancellationToken),
        StepKind.Race => RaceAsync(push, changes, cancellationToken),
        _ => NextAsync(push, changes, cancellationToken),
    };

    private async Task NextAsync(RecordedPush push, PushedChange[] changes, CancellationToken cancellationToken)
    {
        await push.SendAsync(_model.Expected, changes, cancellationToken);
        var counts = _model.Commit(changes);

        var ack = await push.ReceiveAsync(cancellationToken);

        Assert.Equal(_model.Committed.Count, ack.ThroughSequence);
        AssertSame(counts, ack.Counts);
        Assert.Equal(
            changes.Index().Where(change => change.Item.Known.IsDirty).Select(change => (_model.Committed.Count, change.Index, change.Item.Known.Key)),
            ack.Rejected.Select(rejected => ((int)rejected.Sequence, rejected.Index, rejected.Key)));
        Assert.All(ack.Rejected, rejected => Assert.NotEmpty(rejected.Violations));
    }

    // One ack may answer several frames.
    private async Task PipelineAsync(RecordedPush push, PushedChange[] changes, CancellationToken cancellationToken)
    {
        await push.SendAsync(_model.Expected, changes, cancellationToken);
        var counts = _model.Commit(changes);
        PushedChange[] backwards = [.. changes.Reverse()];
        await push.SendAsync(_model.Expected, backwards, cancellationToken);
        counts = Add(counts, _model.Commit(backwards));

        var received = new PushCounts();
        PushAck ack;
        do
        {
            ack = await push.ReceiveAsync(cancellationToken);
            received = Add(received, ack.Counts);
        }
        while (ack.ThroughSequence < _model.Committed.Count);

        AssertSame(counts, received);
    }

    private async Task ReplayAsync(RecordedPush push, int index, CancellationToken cancellationToken)
    {
        await push.SendAsync(index + 1, _model.Committed[index], cancellationToken);

        var ack = await push.ReceiveAsync(cancellationToken);

        Assert.Equal(_model.Committed.Count, ack.ThroughSequence);
        AssertSame(new PushCounts(), ack.Counts);
        Assert.Empty(ack.Rejected);
    }

    private Task ForkAsync(RecordedPush push, int sequence, CancellationToken cancellationToken) => RefusedAsync(
        push, sequence, [PushedChange.Upsert($"{keys}-0", $"fork of {sequence} at {_model.Committed.Count}")], ErrorReason.SequenceFork, cancellationToken);

    private async Task RefusedAsync(
        RecordedPush push, long sequence, PushedChange[] changes, ErrorReason reason, CancellationToken cancellationToken)
    {
        await push.SendAsync(sequence, changes, cancellationToken);
        await EndsAsync(push, reason, cancellationToken);
        await CloseAsync();
    }

    private async Task StaleAsync(RecordedPush push, PushedChange[] changes, CancellationToken cancellationToken)
    {
        _push = await OpenAsync(cancellationToken);
        await using var stale = push;
        Assert.True(_push.Epoch > stale.Epoch);
        try
        {
            await stale.SendAsync(_model.Expected, [PushedChange.Upsert($"{keys}-1", $"stale {stale.Epoch}")], cancellationToken);
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The end of the call was here first.
        }

        await EndsAsync(stale, ErrorReason.StreamFenced, cancellationToken);
        await NextAsync(_push, changes, cancellationToken);
    }

    // Either the frame is committed before the new connection is welcomed, or never.
    private async Task RaceAsync(RecordedPush push, PushedChange[] changes, CancellationToken cancellationToken)
    {
        await using var earlier = push;
        _push = null;
        await earlier.SendAsync(_model.Expected, changes, cancellationToken);

        _push = await RecordedPush.OpenAsync(channel, history, source, stream, cancellationToken);

        if (_push.Watermark == _model.Expected)
        {
            _model.Commit(changes);
        }

        Assert.Equal(_model.Committed.Count, _push.Watermark);
        await EndsAsync(earlier, ErrorReason.StreamFenced, cancellationToken, mayBeReset: true);
    }

    // A call that is ended while an ack is on its way may be reset before it can say why.
    private static async Task EndsAsync(
        RecordedPush push, ErrorReason reason, CancellationToken cancellationToken, bool mayBeReset = false)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await push.ReceiveAsync(cancellationToken);
            }
        });
        if (!mayBeReset || error.StatusCode != StatusCode.Cancelled)
        {
            Assert.Equal(reason, Reasons.Of(error).Reason);
        }
    }

    private async Task<RecordedPush> OpenAsync(CancellationToken cancellationToken)
    {
        var push = await RecordedPush.OpenAsync(channel, history, source, stream, cancellationToken);
        Assert.Equal(_model.Committed.Count, push.Watermark);
        return push;
    }

    private async Task CloseAsync()
    {
        if (_push is { } push)
        {
            _push = null;
            await push.DisposeAsync();
        }
    }

    private static PushCounts Add(PushCounts one, PushCounts other) => new()
    {
        Stored = one.Stored + other.Stored,
        Unchanged = one.Unchanged + other.Unchanged,
        Deleted = one.Deleted + other.Deleted,
        Quarantined = one.Quarantined + other.Quarantined,
    };

    // Warnings are not the protocol's business.
    private static void AssertSame(PushCounts expected, PushCounts actual) => Assert.Equal(
        (expected.Stored, expected.Unchanged, expected.Deleted, expected.Quarantined),
        (actual.Stored, actual.Unchanged, actual.Deleted, actual.Quarantined));
}
