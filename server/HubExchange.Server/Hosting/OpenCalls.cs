using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Hosting;

/// <summary>
/// Calls without an end of their own. When the hub stops they are told, and the server goes on until each has its answer: were they left
/// to the server's own stop, it could close the connection before the last acks and the status are out.
/// </summary>
internal sealed partial class OpenCalls(IHostApplicationLifetime lifetime, ILogger<OpenCalls> logger) : IHostedLifecycleService
{
    /// <summary>A caller that does not read its answer is not waited for longer.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    /// <summary>The server counts an answer as sent once it is queued; so long it has to reach the wire.</summary>
    private static readonly TimeSpan Flush = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private bool _isDraining;

    /// <summary>Cancelled when the hub stops: a call ends with what it has, and HUB_STOPPING.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Counts a call until its response is sent.</summary>
    /// <exception cref="Grpc.Core.RpcException">HUB_STOPPING.</exception>
    public void Enter(HttpResponse response)
    {
        lock (_gate)
        {
            if (_isDraining)
            {
                throw HubErrors.Of(ErrorReason.HubStopping);
            }

            _open++;
        }

        response.OnCompleted(LeaveAsync);
    }

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        lock (_gate)
        {
            _isDraining = true;
            if (_open == 0)
            {
                return;
            }
        }

        try
        {
            await _drained.Task.WaitAsync(DrainLimit, cancellationToken);
            await Task.Delay(Flush, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Log.CutOff(logger, _open);
        }
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task LeaveAsync()
    {
        lock (_gate)
        {
            if (--_open == 0 && _isDraining)
            {
                _drained.TrySetResult();
            }
        }

        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Open} calls have not taken their answer and are cut off")]
        public static partial void CutOff(ILogger logger, int open);
    }
}
