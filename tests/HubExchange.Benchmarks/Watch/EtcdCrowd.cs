using System.Diagnostics;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Benchmarks.Peers;
using EtcdWatch = Etcdserverpb.Watch;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// Many watchers of etcd, 100 on a connection with a stream each, as <see cref="WatchCrowd"/> has them. Each watches the organisations
/// with one number of staff, which is a prefix of their keys.
/// </summary>
internal sealed class EtcdCrowd : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<Task> _watching = [];

    private EtcdCrowd()
    {
    }

    /// <summary>What was heard.</summary>
    public Heard Heard { get; } = new();

    /// <summary>Opens the watches and returns once each was confirmed.</summary>
    public static async Task<EtcdCrowd> OpenAsync(EtcdServer etcd, int watchers, CancellationToken cancellationToken)
    {
        var crowd = new EtcdCrowd();
        try
        {
            for (var i = 0; i < watchers; i++)
            {
                if (i % WatchCrowd.WatchersPerConnection == 0)
                {
                    crowd._channels.Add(etcd.Connect());
                }

                var prefix = EtcdServer.PrefixOf(WatchCrowd.StaffOf(i));
                var call = new EtcdWatch.WatchClient(crowd._channels[^1]).Watch(cancellationToken: crowd._over.Token);
                await call.RequestStream.WriteAsync(
                    new WatchRequest
                    {
                        CreateRequest = new WatchCreateRequest
                        {
                            Key = ByteString.CopyFromUtf8(prefix),
                            RangeEnd = ByteString.CopyFromUtf8($"{prefix[..^1]}{(char)(prefix[^1] + 1)}"),
                        },
                    },
                    cancellationToken);
                var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                crowd._watching.Add(crowd.ListenAsync(call, begun));
                await begun.Task.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
            }

            return crowd;
        }
        catch
        {
            await crowd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when so much was heard.</summary>
    /// <exception cref="TimeoutException">It was not.</exception>
    public Task HearAsync(int count, CancellationToken cancellationToken) => Heard.UntilAsync(count, _watching, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channels.ForEach(channel => channel.Dispose());
        _over.Dispose();
    }

    private async Task ListenAsync(AsyncDuplexStreamingCall<WatchRequest, WatchResponse> call, TaskCompletionSource begun)
    {
        using (call)
        {
            try
            {
                while (await call.ResponseStream.MoveNext(_over.Token))
                {
                    var now = Stopwatch.GetTimestamp();
                    begun.TrySetResult();
                    foreach (var change in call.ResponseStream.Current.Events)
                    {
                        var key = change.Kv.Key.ToStringUtf8();
                        Heard.Add(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..], now);
                    }
                }
            }
            catch (RpcException) when (_over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                begun.TrySetException(exception);
                throw;
            }
        }
    }
}
