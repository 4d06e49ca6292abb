using Grpc.Core;
using Grpc.Core.Interceptors;

namespace HubExchange.Server.Errors;

/// <summary>Is told of calls of every kind that fail, and says with what they fail.</summary>
internal abstract class FailureInterceptor : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (Concerns(exception))
        {
            throw await FailAsync(exception, request, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception) when (Concerns(exception))
        {
            throw await FailAsync(exception, null, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (Concerns(exception))
        {
            throw await FailAsync(exception, request, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (Concerns(exception))
        {
            throw await FailAsync(exception, null, context);
        }
    }

    /// <summary>Whether it is told of a failure.</summary>
    protected abstract bool Concerns(Exception exception);

    /// <summary>Returns what the call fails with.</summary>
    /// <param name="exception">What it failed with so far.</param>
    /// <param name="request">What was asked; null where requests come in a stream.</param>
    /// <param name="context">The call.</param>
    protected abstract Task<RpcException> FailAsync(Exception exception, object? request, ServerCallContext context);
}
