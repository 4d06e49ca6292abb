using Grpc.Core;
using HubExchange.Client;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Watch;

/// <summary>A watch message by message, which does not go on by itself.</summary>
internal sealed class RawWatch : IDisposable
{
    private readonly RawCaller _caller;
    private readonly AsyncServerStreamingCall<WatchRecordsResponse> _call;

    public RawWatch(TestHub hub, NodeIdentity identity, WatchRecordsRequest request)
    {
        _caller = RawCaller.WithIdentity(hub, identity);
        _call = new WatchService.WatchServiceClient(_caller.Invoker).WatchRecords(request, _caller.Options);
    }

    /// <summary>The next message; the status when the watch ends.</summary>
    public async Task<WatchRecordsResponse> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(CancellationToken.None), "The watch ended without a status.");
        return _call.ResponseStream.Current;
    }

    public void Dispose()
    {
        _call.Dispose();
        _caller.Dispose();
    }
}
