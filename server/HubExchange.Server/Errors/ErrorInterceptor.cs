using System.Net.Sockets;
using System.Security.Cryptography;
using Grpc.Core;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Errors;

/// <summary>
/// Outermost of the interceptors: whatever is thrown leaves the hub as an error the contract declares. An unexpected one is logged once
/// under a random id, and the id is all the caller gets.
/// </summary>
internal sealed partial class ErrorInterceptor(IHostApplicationLifetime lifetime, ILogger<ErrorInterceptor> logger) : FailureInterceptor
{
    private static readonly TimeSpan HangUpGrace = TimeSpan.FromSeconds(1);

    protected override bool Concerns(Exception exception) => exception is not RpcException;

    protected override async Task<RpcException> FailAsync(Exception exception, object? request, ServerCallContext context)
    {
        if (exception is OperationCanceledException or IOException)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return HubErrors.Of(ErrorReason.HubStopping);
            }

            if (await HasCallerLeftAsync(exception, context.CancellationToken))
            {
                // Nobody is left to read it; the status is for metrics and logs alone, so it has no reason.
                return new RpcException(new Status(StatusCode.Cancelled, "The caller cancelled the call."));
            }
        }

        if (exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull })
        {
            Log.StoreFull(logger, exception, context.Method);
            return HubErrors.Of(ErrorReason.StoreFull);
        }

        if (IsStoreOut(exception))
        {
            Log.StoreUnavailable(logger, exception, context.Method);
            return HubErrors.Of(ErrorReason.StoreUnavailable);
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        Log.Unexpected(logger, exception, context.Method, id);
        return HubErrors.Of(ErrorReason.Internal, ("id", id));
    }

    private static async Task<bool> HasCallerLeftAsync(Exception exception, CancellationToken call)
    {
        // A caller that hangs up breaks the request body first and cancels the call a moment later.
        if (exception is IOException)
        {
            await Task.Delay(HangUpGrace, call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return call.IsCancellationRequested;
    }

    // SQLSTATE classes: 08 connection exception, 53 insufficient resources, 57 operator intervention.
    private static bool IsStoreOut(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } postgres =>
            postgres.IsTransient
            || state.StartsWith("08", StringComparison.Ordinal)
            || state.StartsWith("53", StringComparison.Ordinal)
            || state.StartsWith("57", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException or SocketException or TimeoutException,
        _ => false,
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is not available ({Method})")]
        public static partial void StoreUnavailable(ILogger logger, Exception exception, string method);

        [LoggerMessage(LogLevel.Critical, "The database has no disk space left ({Method})")]
        public static partial void StoreFull(ILogger logger, Exception exception, string method);

        [LoggerMessage(LogLevel.Error, "Unexpected error {Id} in {Method}")]
        public static partial void Unexpected(ILogger logger, Exception exception, string method, string id);
    }
}
