using System.Text.RegularExpressions;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Faults;
using HubExchange.Server.Hosting;
using HubExchange.Server.Identity;
using HubExchange.Server.Signals;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Ingestion;

internal sealed partial class PushService(
    EntityTypes types,
    ChangeReader reader,
    FrameWriter writer,
    StreamStore streams,
    StreamConnections connections,
    SourceLimits sources,
    DiskWatch disk,
    HubMetrics metrics,
    DivisionRegister divisions,
    OpenCalls calls,
    IOptions<IngestionOptions> options,
    ILogger<PushStream> logger) : V1.PushService.PushServiceBase
{
    public override async Task Push(
        IAsyncStreamReader<PushRequest> requestStream,
        IServerStreamWriter<PushResponse> responseStream,
        ServerCallContext context)
    {
        calls.Enter(context.GetHttpContext().Response);
        disk.EnsureSpace();
        var caller = context.GetCaller();
        var hello = await ReadHelloAsync(requestStream, context.CancellationToken);
        PushRules.EnsureSource(caller, hello.Source);
        if (!StreamName().IsMatch(hello.Stream))
        {
            throw PushRules.Invalid("流名称须为 1 至 64 个字符 a-z 0-9 . _ -", "a stream name has 1 to 64 characters a-z 0-9 . _ -");
        }

        // Again, because the hello may have been long in coming.
        disk.EnsureSpace();
        var filled = disk.Filled;
        connections.EnsureRoom(hello.Source, hello.Stream);
        var position = await streams.OpenAsync(
            hello.Source, hello.Stream, hello.HasLastSequence ? hello.LastSequence : null, context.CancellationToken);
        using var connection = connections.Enter(position);
        await FailPoints.HitAsync(FailPoint.StreamOpened);
        var stream = new PushStream(caller, position, types, reader, writer, streams, sources, metrics, divisions, options.Value, logger);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, connection.Fenced, filled, calls.Stopping);
        try
        {
            await responseStream.WriteAsync(stream.Welcome(hello), stop.Token);
            await stream.RunAsync(requestStream, responseStream, stop.Token, context.CancellationToken);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not RpcException { StatusCode: not StatusCode.Cancelled })
        {
            // Whatever breaks once the call is being ended breaks because of that: cancelled reads, an aborted request body.
            if (connection.Fenced.IsCancellationRequested)
            {
                throw HubErrors.Of(ErrorReason.StreamFenced, ("source", hello.Source), ("stream", hello.Stream));
            }

            if (calls.Stopping.IsCancellationRequested)
            {
                throw HubErrors.Of(ErrorReason.HubStopping);
            }

            if (filled.IsCancellationRequested)
            {
                throw HubErrors.Of(ErrorReason.StoreFull);
            }

            throw;
        }
    }

    public override async Task<PushRecordsResponse> PushRecords(PushRecordsRequest request, ServerCallContext context)
    {
        disk.EnsureSpace();
        var caller = context.GetCaller();
        PushRules.EnsureSource(caller, request.Source.Length == 0 ? caller.Node : request.Source);
        var type = types.Demand(request.Type);
        PushRules.EnsureWritable(type, caller);
        var size = request.CalculateSize();
        PushRules.EnsureSize(request.Changes.Count, size, options.Value);
        sources.Take(caller.Node, request.Changes.Count, size);
        await divisions.RefreshIfOldAsync(context.CancellationToken);

        var result = await writer.WriteAsync(
            request.Changes.Count,
            () => new FrameWrite(type, caller, null, 0, [], reader.Read(type, request.Changes)),
            context.CancellationToken);
        await FailPoints.HitAsync(FailPoint.BeforeAnswer);
        return new PushRecordsResponse { Counts = result.Counts, Rejected = { result.Rejected } };
    }

    // Kestrel never closes an open but silent stream, so the first message has a deadline of its own.
    private async Task<PushHello> ReadHelloAsync(IAsyncStreamReader<PushRequest> requests, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.HelloTimeoutSeconds));
        try
        {
            return await requests.MoveNext(deadline.Token) && requests.Current.Hello is { } hello
                ? hello
                : throw PushRules.Invalid("第一条消息必须是 hello", "the first message must be a hello");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested &&
            e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw PushRules.Invalid(
                $"{options.Value.HelloTimeoutSeconds} 秒内未收到 hello", $"no hello within {options.Value.HelloTimeoutSeconds} seconds");
        }
    }

    [GeneratedRegex("^[a-z0-9._-]{1,64}$")]
    private static partial Regex StreamName();
}
