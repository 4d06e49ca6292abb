using System.Threading.Channels;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>Keeps one push stream connected until everything is acknowledged.</summary>
internal sealed class PushConnection(
    PushService.PushServiceClient client,
    HubConnection? hub,
    PushHello hello,
    PushOptions options,
    HubClientOptions clientOptions,
    ChannelReader<SpooledFrame> queue,
    IProgress<PushProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly Spool _spool = new();
    private readonly PushTally _tally = new(options.MaxRejected);
    private readonly TaskCompletionSource<PushWelcome> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff = new(options.MinDelay, options.MaxDelay, Random.Shared);
    private TaskCompletionSource _roomMade = NewSignal();
    private int _credits;
    private long _lastProgressAt;
    private HubException? _interruption;

    /// <summary>The first welcome, or why there was none.</summary>
    public Task<PushWelcome> Opened => _opened.Task;

    /// <summary>Changes handed to the session.</summary>
    public long Sent { get; set; }

    public PushProgress Progress
    {
        get
        {
            lock (_gate)
            {
                return new PushProgress(Sent, _tally.Acknowledged, _tally.Quarantined, _tally.Reconnects, _interruption);
            }
        }
    }

    public PushResult Result
    {
        get
        {
            lock (_gate)
            {
                return _tally.Result(_spool.NextSequence - 1);
            }
        }
    }

    /// <summary>Frames that ended a snapshot and whose acknowledgement was lost.</summary>
    public IReadOnlyList<PushFrame> UnreportedEnds
    {
        get
        {
            lock (_gate)
            {
                return _tally.UnreportedEnds;
            }
        }
    }

    public void Fail(Exception exception) => _opened.TrySetException(exception);

    /// <summary>Runs until the queue is complete and everything is acknowledged.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _lastProgressAt = clientOptions.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                await ConnectAsync(cancellationToken);
                return;
            }
            catch (HubException exception) when (exception.Reason == ErrorReason.StreamIdle)
            {
                // Nothing went wrong: there was nothing to send. A session that has ended meanwhile need not connect any more.
                if (!await HasMoreAsync(cancellationToken))
                {
                    return;
                }

                _lastProgressAt = clientOptions.TimeProvider.GetTimestamp();
            }
            catch (HubException exception) when (MayRetry(exception))
            {
                _interruption = exception;
                Report();
                await Task.Delay(_backoff.Next(exception.RetryDelay), clientOptions.TimeProvider, cancellationToken);
                _tally.Reconnects++;
            }
        }
    }

    private bool MayRetry(HubException exception) =>
        exception.IsTransient &&
        (_opened.Task.IsCompletedSuccessfully || options.WaitForHub) &&
        clientOptions.TimeProvider.GetElapsedTime(_lastProgressAt) < options.GiveUpAfter;

    private async ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken)
    {
        bool isEmpty;
        lock (_gate)
        {
            isEmpty = _spool.IsEmpty;
        }

        return !isEmpty || await queue.WaitToReadAsync(cancellationToken);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        AsyncDuplexStreamingCall<PushRequest, PushResponse>? call = null;
        try
        {
            call = client.Push(hub?.Headers ?? [], cancellationToken: stop.Token);
            Welcome(await GreetAsync(call, stop.Token));
            await ExchangeAsync(call, stop);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ErrorTranslation.Translate(exception, hub);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw WhyEnded(call);
        }
        finally
        {
            call?.Dispose();
        }
    }

    // A call that fails cancels whoever reads or writes; its status still knows why.
    private HubException WhyEnded(AsyncDuplexStreamingCall<PushRequest, PushResponse>? call)
    {
        try
        {
            return call?.GetStatus() is { StatusCode: not (StatusCode.OK or StatusCode.Cancelled) } status
                ? ErrorTranslation.Translate(new RpcException(status, call.GetTrailers()), hub)
                : PushErrors.EndedEarly();
        }
        catch (InvalidOperationException)
        {
            // Not ended yet: there is no status.
            return PushErrors.EndedEarly();
        }
    }

    private async Task<PushWelcome> GreetAsync(AsyncDuplexStreamingCall<PushRequest, PushResponse> call, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(clientOptions.Deadline, clientOptions.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await WriteHelloAsync(call, either.Token);
            return await call.ResponseStream.MoveNext(either.Token) && call.ResponseStream.Current.Welcome is { } welcome
                ? welcome
                : throw PushErrors.NoWelcome();
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException && late.IsCancellationRequested)
        {
            throw PushErrors.NoWelcome();
        }
    }

    private async Task WriteHelloAsync(AsyncDuplexStreamingCall<PushRequest, PushResponse> call, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(new PushRequest { Hello = hello }, cancellationToken);
        }
        catch (Exception exception) when (
            exception is InvalidOperationException or RpcException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The call ended before the hello was out; only reading says why.
            await call.ResponseStream.MoveNext(cancellationToken);
            throw;
        }
    }

    private void Welcome(PushWelcome welcome)
    {
        if (welcome.UnknownTypes.Count > 0)
        {
            throw PushErrors.UnknownTypes(welcome.UnknownTypes);
        }

        lock (_gate)
        {
            var isFirst = !_opened.Task.IsCompletedSuccessfully;
            _tally.AddUnreported(_spool.Resume(hello, welcome.NextSequence));
            if (isFirst)
            {
                options.Attended?.Opened(welcome.NextSequence);
            }

            options.Attended?.Confirmed(_spool.AcknowledgedThrough);
            _credits = Math.Max(1, welcome.Credits);
            _interruption = null;
        }

        _opened.TrySetResult(welcome);
        Report();
    }

    private async Task ExchangeAsync(AsyncDuplexStreamingCall<PushRequest, PushResponse> call, CancellationTokenSource stop)
    {
        var reading = ReadAcksAsync(call, stop.Token);
        var writing = WriteFramesAsync(call, stop.Token);
        await Task.WhenAny(reading, writing);

        // Reading knows the status of the call; a writer that fails first only knows that it ended.
        if (!writing.IsCompletedSuccessfully && reading.IsCompleted)
        {
            await stop.CancelAsync();
        }

        try
        {
            await reading;
        }
        finally
        {
            await stop.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate)
        {
            if (!writing.IsCompletedSuccessfully || !_spool.IsEmpty)
            {
                throw PushErrors.EndedEarly();
            }
        }
    }

    private async Task WriteFramesAsync(AsyncDuplexStreamingCall<PushRequest, PushResponse> call, CancellationToken cancellationToken)
    {
        while (await NextFrameAsync(cancellationToken) is { } spooled)
        {
            await call.RequestStream.WriteAsync(new PushRequest { Frame = spooled.Frame }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
    }

    /// <summary>The next frame as soon as the hub has credit for it: unacknowledged ones first; null at the end.</summary>
    private async Task<SpooledFrame?> NextFrameAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_spool.InFlight < _credits)
                {
                    if (_spool.NextUnsent() is { } again)
                    {
                        return again;
                    }

                    break;
                }

                room = _roomMade.Task;
            }

            await room.WaitAsync(cancellationToken);
        }

        // Only one connection writes at a time, so the room seen above is still there.
        if (!await queue.WaitToReadAsync(cancellationToken) || !queue.TryRead(out var frame))
        {
            return null;
        }

        lock (_gate)
        {
            _spool.Add(frame);
            options.Attended?.Pushed(frame.Frame);
        }

        return frame;
    }

    private async Task ReadAcksAsync(AsyncDuplexStreamingCall<PushRequest, PushResponse> call, CancellationToken cancellationToken)
    {
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            if (call.ResponseStream.Current.Ack is not { } ack)
            {
                continue;
            }

            lock (_gate)
            {
                var done = _spool.Acknowledge(ack.ThroughSequence);
                options.Attended?.Confirmed(_spool.AcknowledgedThrough);
                _tally.Add(ack, done);
                _credits = Math.Max(1, ack.Credits);
                if (done.Count > 0)
                {
                    _lastProgressAt = clientOptions.TimeProvider.GetTimestamp();
                    _backoff.Reset();
                }

                _roomMade.TrySetResult();
                _roomMade = NewSignal();
            }

            Report();
        }
    }

    private void Report() => progress?.Report(Progress);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
