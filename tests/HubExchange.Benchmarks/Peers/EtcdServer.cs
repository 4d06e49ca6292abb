using System.Diagnostics;
using System.Globalization;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Benchmarks.Load;
using HubExchange.Testing;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// One member of etcd as it is delivered: what it acknowledges is in its log with fsync. No TLS, no users. A key is the number of staff
/// and the code of an organisation, which lets watchers select by prefix; the value is the record as the hub gets it.
/// </summary>
internal sealed class EtcdServer : IAsyncDisposable
{
    // A frame of ours is a transaction; etcd takes 128 operations in one unless told.
    private const int MaxOperations = 1_000;
    private const long MaxBytes = 8L * 1024 * 1024 * 1024;

    private static readonly Method<byte[], TxnResponse> Txn = new(
        MethodType.Unary,
        KV.Descriptor.FullName,
        "Txn",
        Marshallers.Create<byte[]>((bytes, context) => context.Complete(bytes), _ => throw new NotSupportedException("Requests are only sent.")),
        Marshallers.Create(response => response.ToByteArray(), TxnResponse.Parser.ParseFrom));

    private readonly PeerProcess _process;
    private readonly Uri _address;

    private EtcdServer(PeerProcess process, Uri address) => (_process, _address) = (process, address);

    /// <summary>What reports call it.</summary>
    public string PeerName { get; private set; } = "";

    /// <summary>Starts it and returns once it has elected itself; null when there is none on this machine.</summary>
    public static async Task<EtcdServer?> StartAsync(CancellationToken cancellationToken)
    {
        if (PeerProgram.Etcd is not { } program)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("hubexchange-");
        var address = Loopback();
        var among = Loopback().ToString().TrimEnd('/');
        var client = address.ToString().TrimEnd('/');
        var server = new EtcdServer(
            PeerProcess.Start(
                folder,
                [],
                program, "--data-dir", Path.Combine(folder.FullName, "etcd"), "--log-level", "error",
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", among, "--initial-advertise-peer-urls", among, "--initial-cluster", $"default={among}",
                "--max-txn-ops", Text(MaxOperations), "--quota-backend-bytes", Text(MaxBytes)),
            address);
        try
        {
            using var channel = server.Connect();
            var maintenance = new Maintenance.MaintenanceClient(channel);
            await Eventually.HoldsAsync(
                async () =>
                {
                    try
                    {
                        var status = await maintenance.StatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(1), cancellationToken: cancellationToken);
                        server.PeerName = $"etcd {status.Version}, one member, no TLS";
                        return status.Leader != 0;
                    }
                    catch (RpcException) when (!server._process.HasEnded)
                    {
                        return false;
                    }
                },
                "etcd starts");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the keys of organisations with a number of staff begin with.</summary>
    public static string PrefixOf(int staff) => string.Create(CultureInfo.InvariantCulture, $"{staff}/");

    /// <summary>Transactions of each stream, serialised beforehand; records go to the streams in turn, as in <see cref="Frames"/>.</summary>
    /// <param name="records">The batch.</param>
    /// <param name="count">Number of records.</param>
    /// <param name="streams">Number of streams.</param>
    /// <param name="size">Records in a transaction.</param>
    public static List<byte[]>[] Transactions(Organizations records, int count, int streams, int size)
    {
        var all = Enumerable.Range(0, streams).Select(_ => new List<byte[]>()).ToArray();
        for (var (start, turn) = (0, 0); start < count; start += size, turn = (turn + 1) % streams)
        {
            var transaction = new TxnRequest();
            for (var i = start; i < Math.Min(start + size, count); i++)
            {
                var record = records.Record(i);
                transaction.Success.Add(new RequestOp
                {
                    RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8($"{PrefixOf(record.StaffTotal)}{record.Uscc}"), Value = record.ToByteString() },
                });
            }

            all[turn].Add(transaction.ToByteArray());
        }

        return all;
    }

    /// <summary>A connection.</summary>
    public GrpcChannel Connect() => GrpcChannel.ForAddress(_address, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    /// <summary>Commits transactions, with one connection for each list.</summary>
    /// <param name="streams">Transactions of each stream.</param>
    /// <param name="inFlight">Most unacknowledged transactions of a stream.</param>
    /// <param name="interval">Time between two transactions of a stream; null sends as fast as they are acknowledged.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The timestamp at which the first one was due, the time to the last ack, and the timestamp of each ack.</returns>
    public async Task<(long Began, TimeSpan Elapsed, IReadOnlyList<IReadOnlyList<long>> AckedAt)> PutAsync(
        List<byte[]>[] streams, int inFlight, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var channels = streams.Select(_ => Connect()).ToList();
        try
        {
            await Task.WhenAll(channels.Select(channel => channel.ConnectAsync(cancellationToken)));
            var began = Stopwatch.GetTimestamp();
            var ackedAt = await Task.WhenAll(streams.Select((transactions, i) => Task.Run(
                () => PutAsync(channels[i], transactions, inFlight, Pace.Evenly(began, interval, i, streams.Length), cancellationToken), cancellationToken)));
            return (began, Stopwatch.GetElapsedTime(began), ackedAt);
        }
        finally
        {
            channels.ForEach(channel => channel.Dispose());
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<long[]> PutAsync(
        GrpcChannel channel, List<byte[]> transactions, int inFlight, Func<int, long>? dueAt, CancellationToken cancellationToken)
    {
        var ackedAt = new long[transactions.Count];
        var invoker = channel.CreateCallInvoker();
        using var slots = new SemaphoreSlim(inFlight);
        var committing = new List<Task>();
        for (var i = 0; i < transactions.Count; i++)
        {
            if (dueAt is not null)
            {
                await Pace.UntilAsync(dueAt(i), cancellationToken);
            }

            await slots.WaitAsync(cancellationToken);
            committing.Add(CommitAsync(i));
        }

        await Task.WhenAll(committing);
        return ackedAt;

        async Task CommitAsync(int number)
        {
            try
            {
                var answer = await invoker.AsyncUnaryCall(Txn, null, new CallOptions(cancellationToken: cancellationToken), transactions[number]);
                ackedAt[number] = answer.Succeeded
                    ? Stopwatch.GetTimestamp()
                    : throw new InvalidOperationException("etcd did not commit a transaction of the benchmark.");
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private static Uri Loopback() => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{PeerProgram.FreePort()}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
