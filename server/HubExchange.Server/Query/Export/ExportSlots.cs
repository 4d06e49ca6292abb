using HubExchange.Server.Errors;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Export;

/// <summary>How many exports may run at a time, so that slow readers never take every connection to the database.</summary>
internal sealed class ExportSlots(IOptions<ExportOptions> options) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrent);

    /// <summary>Takes a slot until the result is disposed of.</summary>
    /// <exception cref="Grpc.Core.RpcException">EXPORT_LIMIT.</exception>
    public IDisposable Take() => _slots.Wait(TimeSpan.Zero)
        ? new Slot(_slots)
        : throw HubErrors.Of(ErrorReason.ExportLimit, RetryAfter, ("limit", $"{options.Value.MaxConcurrent}"));

    /// <inheritdoc />
    public void Dispose() => _slots.Dispose();

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
