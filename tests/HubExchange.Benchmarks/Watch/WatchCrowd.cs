using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Watch;

/// <summary>
/// Many watchers of organisations, 100 on a connection. Each has a filter of its own: one number of staff, as one in 900 organisations of
/// <see cref="Organizations"/> has. It notes when it hears of which record.
/// </summary>
internal sealed class WatchCrowd : IAsyncDisposable
{
    /// <summary>Watchers that share a connection.</summary>
    public const int WatchersPerConnection = 100;

    private const int FewestStaff = 3;
    private const int StaffNumbers = 900;

    private readonly CancellationTokenSource _over = new();
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<Task> _watching = [];

    private WatchCrowd()
    {
    }

    /// <summary>Settings of a hub that lets one caller have so many watches.</summary>
    public static string[] Settings(int watchers) =>
        [$"--Watch:MaxWatchers={watchers}", $"--Watch:MaxWatchersPerCaller={watchers}"];

    /// <summary>What was heard.</summary>
    public Heard Heard { get; } = new();

    /// <summary>Number of staff of the organisations that a watcher is about.</summary>
    public static int StaffOf(int watcher) => FewestStaff + (watcher % StaffNumbers);

    /// <summary>Opens the watches and returns once each has heard of the hub.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="watchers">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="hearing">How many of them hear of records. The filters of the others match nothing, so that all they cost is to find that out.</param>
    public static async Task<WatchCrowd> OpenAsync(HubUnderTest hub, int watchers, CancellationToken cancellationToken, int? hearing = null)
    {
        var crowd = new WatchCrowd();
        try
        {
            var headers = new Metadata { { "authorization", $"Bearer {await hub.BureauTokenAsync(cancellationToken)}" } };
            for (var i = 0; i < watchers; i++)
            {
                if (i % WatchersPerConnection == 0)
                {
                    crowd._channels.Add(hub.Connect());
                }

                var request = new WatchRecordsRequest { Types_ = { Frames.Type }, Filter = $"staff_total = {StaffOf(i) + (i < (hearing ?? watchers) ? 0 : 2 * StaffNumbers)}" };
                var call = new WatchService.WatchServiceClient(crowd._channels[^1]).WatchRecords(request, headers, cancellationToken: crowd._over.Token);
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

    /// <summary>How often the records of a batch concern a watcher.</summary>
    public static int Expected(int watchers, int records) => Enumerable.Range(0, records).Sum(index =>
        (watchers / StaffNumbers) + (index % StaffNumbers < watchers % StaffNumbers ? 1 : 0));

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

    private async Task ListenAsync(AsyncServerStreamingCall<WatchRecordsResponse> call, TaskCompletionSource begun)
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
                        Heard.Add(change.Put.Key, now);
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
