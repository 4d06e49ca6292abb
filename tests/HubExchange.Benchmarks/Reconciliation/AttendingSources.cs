using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Benchmarks.Load;
using HubExchange.Contracts.Reconciliation;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Reconciliation;

/// <summary>
/// The counties attend and send a heartbeat every second, so that the hub follows what it writes. Each heartbeat says something else than
/// the hub has, so that it asks; no answer has what it asks for, so that only its own sets cost anything.
/// </summary>
internal sealed class AttendingSources : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<Task> _attending = [];
    private int _compared;

    private AttendingSources()
    {
    }

    /// <summary>Settings of a hub that does not act on what the heartbeats say.</summary>
    public static string[] Settings { get; } = ["--Reconciliation:RunOnDifference=false", "--Reconciliation:HeartbeatSeconds=1"];

    /// <summary>Heartbeats that the hub compared with what it has.</summary>
    public int Compared => _compared;

    /// <summary>Has all counties attend; returns once the hub has read what it has of each.</summary>
    public static async Task<AttendingSources> OpenAsync(HubUnderTest hub, CancellationToken cancellationToken)
    {
        var sources = new AttendingSources();
        try
        {
            foreach (var (node, channel) in hub.ConnectSources())
            {
                sources._channels.Add(channel);
                var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                sources._attending.Add(sources.AttendAsync(node, channel, asked));
                await asked.Task.WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);
            }

            return sources;
        }
        catch
        {
            await sources.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_attending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channels.ForEach(channel => channel.Dispose());
        _over.Dispose();
    }

    private async Task AttendAsync(string node, GrpcChannel channel, TaskCompletionSource asked)
    {
        try
        {
            using var call = new ReconciliationService.ReconciliationServiceClient(channel).Attend(cancellationToken: _over.Token);
            var hello = new AttendHello { Source = node, Stream = "bench-attend", Types_ = { Frames.Type } };
            await call.RequestStream.WriteAsync(new AttendRequest { Hello = hello }, _over.Token);
            await call.ResponseStream.MoveNext(_over.Token);
            while (true)
            {
                await call.RequestStream.WriteAsync(new AttendRequest { Heartbeat = Beat() }, _over.Token);
                while (await call.ResponseStream.MoveNext(_over.Token) && call.ResponseStream.Current.Cells is null)
                {
                }

                Interlocked.Increment(ref _compared);
                asked.TrySetResult();
                var gone = new AttendRequest { Id = call.ResponseStream.Current.Id, Cells = new CellsAnswer { IsGone = true } };
                await call.RequestStream.WriteAsync(gone, _over.Token);
                await Task.Delay(Pause, _over.Token);
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException or InvalidOperationException)
        {
            asked.TrySetException(exception);
        }
    }

    private static Heartbeat Beat() => new()
    {
        Sequence = -1,
        Types_ = { new TypeDigest { Type = Frames.Type, Count = -1, Digest = ByteString.CopyFrom(new byte[SetDigest.Size]) } },
    };
}
