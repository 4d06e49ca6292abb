using Grpc.Core;
using HubExchange.Client.Push;
using HubExchange.V1;

namespace HubExchange.Client.Reconciliation;

/// <summary>Keeps the control stream of a source open and answers what the hub asks.</summary>
internal sealed class AttendanceConnection(
    ReconciliationService.ReconciliationServiceClient client,
    HubConnection hub,
    AttendHello hello,
    AttendedRecords records,
    PushOptions options,
    HubClientOptions clientOptions)
{
    // The hub takes messages of 4 MB.
    private const int MostRecordBytes = 2 * 1024 * 1024;

    private readonly Backoff _backoff = new(options.MinDelay, options.MaxDelay, Random.Shared);

    /// <summary>Attends until cancelled. A broken connection is made anew.</summary>
    /// <exception cref="HubException">The hub refuses the source, or another program attends for it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await AttendAsync(cancellationToken);
            }
            catch (HubException exception) when (exception.IsTransient && exception.Reason != ErrorReason.AttendanceEnded)
            {
                await Task.Delay(_backoff.Next(exception.RetryDelay), clientOptions.TimeProvider, cancellationToken);
            }
        }
    }

    private async Task AttendAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = client.Attend(hub.Headers, cancellationToken: stop.Token);
        using var writing = new SemaphoreSlim(1);
        var beating = Task.CompletedTask;
        try
        {
            await call.RequestStream.WriteAsync(new AttendRequest { Hello = hello }, stop.Token);
            while (await call.ResponseStream.MoveNext(stop.Token))
            {
                var message = call.ResponseStream.Current;
                if (message.Welcome is { } welcome)
                {
                    records.Welcomed(welcome.Secret.ToByteArray(), welcome.Sequence);

                    // Again when what was remembered turned out to be old.
                    await records.LoadAsync(stop.Token);
                    _backoff.Reset();
                    records.RaiseAttending();
                    beating = BeatAsync(call, writing, TimeSpan.FromSeconds(Math.Max(1, welcome.HeartbeatSeconds)), stop.Token);
                }
                else if (message.Notice is { } notice)
                {
                    records.RaiseNoticed(notice);
                }
                else if (message.Id != 0)
                {
                    var answer = await AnswerAsync(message, stop.Token);
                    await WriteAsync(call, writing, answer, stop.Token);
                }
            }

            throw PushErrors.EndedEarly();
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ErrorTranslation.Translate(exception, hub);
        }
        catch (InvalidOperationException)
        {
            // Writing found the call ended; its status says why.
            cancellationToken.ThrowIfCancellationRequested();
            throw ErrorTranslation.Translate(new RpcException(call.GetStatus(), call.GetTrailers()), hub);
        }
        finally
        {
            await stop.CancelAsync();
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<AttendRequest> AnswerAsync(AttendResponse question, CancellationToken cancellationToken)
    {
        var answer = new AttendRequest { Id = question.Id };
        switch (question.MessageCase)
        {
            case AttendResponse.MessageOneofCase.Cells:
                answer.Cells = records.Answer(question.Cells);
                break;
            case AttendResponse.MessageOneofCase.Records:
                answer.Records = await records.AnswerAsync(question.Records, MostRecordBytes, cancellationToken);
                break;
            case AttendResponse.MessageOneofCase.Manifest:
                answer.Manifest = records.Answer(question.Manifest);
                break;
        }

        return answer;
    }

    private async Task BeatAsync(
        AsyncDuplexStreamingCall<AttendRequest, AttendResponse> call, SemaphoreSlim writing, TimeSpan period, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, clientOptions.TimeProvider);
        do
        {
            await WriteAsync(call, writing, new AttendRequest { Heartbeat = records.Heartbeat() }, cancellationToken);
            await records.SaveWhenDueAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static async Task WriteAsync(
        AsyncDuplexStreamingCall<AttendRequest, AttendResponse> call, SemaphoreSlim writing, AttendRequest message, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(message, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }
}
