using Google.Protobuf;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.Testing.History;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>
/// Rounds of faults against one hub, or two with one database, with several sources at work. A round: every source pushes, faults hit,
/// everything heals, what is under way is acknowledged, and the checker compares the history of all rounds with the database.
/// </summary>
internal sealed class SoakRounds : IAsyncDisposable
{
    // Faults hit streams in the middle: before each one every source has to get this many frames through.
    private const int MaxFramesBetween = 8;

    // The database takes 40 MB when it is new, and its log as much again.
    private const int DiskMegabytes = 256;

    private static readonly string[] Settings =
    [
        "--Storage:MaxRestartDelay=00:00:00.5",
        "--Storage:IdleTransactionTimeout=00:00:02",

        // So that the fail point there is passed within seconds.
        "--Ingestion:DivisionRefreshSeconds=1",

        // So that frames as small as these are written in both ways.
        "--Ingestion:CopyFrom=15",

        // Or the hub would stop taking data before the disk is really full.
        "--Signals:DiskMinFreeBytes=0",
        "--Signals:DiskMinFreeRatio=0",
    ];

    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(60);

    private readonly List<HubProcess> _hubs = [];
    private readonly List<FaultProxy> _proxies = [];
    private readonly Random _random;
    private readonly Dictionary<string, List<GrpcChannel>> _channels = [];
    private readonly List<(List<GrpcChannel> Channels, SoakSource Source)> _sources = [];
    private readonly List<(List<GrpcChannel> Channels, SoakCaller Caller)> _callers = [];
    private readonly string? _database;

    private SoakRounds(int seed, string? database)
    {
        _random = new Random(seed);
        _database = database;
    }

    /// <summary>What was done so far.</summary>
    public SoakFaults Faults { get; private set; } = null!;

    /// <summary>The hubs.</summary>
    public IReadOnlyList<HubProcess> Hubs => _hubs;

    /// <summary>Everything that was pushed.</summary>
    public PushHistory History { get; } = new();

    /// <summary>Changes pushed so far.</summary>
    public long Changes => _sources.Sum(source => source.Source.Changes) + _callers.Sum(caller => caller.Caller.Changes);

    /// <summary>Frames acknowledged so far.</summary>
    public long Frames => _sources.Sum(source => source.Source.Acknowledged);

    /// <summary>Starts a hub with four streams of three sources, two of which make unary pushes as well.</summary>
    /// <param name="seed">Seed of everything that is random.</param>
    public static async Task<SoakRounds> StartAsync(int seed)
    {
        var rounds = new SoakRounds(seed, null);
        return await rounds.PrepareAsync(seed, disk: null, async () => rounds._hubs.Add(await HubProcess.StartAsync(Settings)));
    }

    /// <summary>The same with the data of the hub on a disk that can be filled.</summary>
    public static async Task<SoakRounds> StartOnSmallDiskAsync(int seed)
    {
        var rounds = new SoakRounds(seed, null);
        SmallDisk? disk = null;
        rounds._hubs.Add(await HubProcess.StartAsync(
            hub =>
            {
                disk = SmallDisk.Mount(hub.DataFolder, DiskMegabytes);
                hub.Own(disk);
            },
            Settings));
        return await rounds.PrepareAsync(seed, disk, () => Task.CompletedTask);
    }

    /// <summary>The same with two hubs on one database. Sources go from one to the other.</summary>
    /// <param name="seed">Seed of everything that is random.</param>
    /// <param name="database">An empty database.</param>
    public static async Task<SoakRounds> StartPairAsync(int seed, string database)
    {
        var rounds = new SoakRounds(seed, database);
        return await rounds.PrepareAsync(seed, disk: null, async () =>
        {
            string[] settings = [$"--Storage:ConnectionString={database}", .. Settings];
            rounds._hubs.Add(await HubProcess.StartAsync(settings));
            rounds._hubs.Add(await rounds._hubs[0].StartReplicaAsync(settings));
        });
    }

    /// <summary>Runs one round and returns what the checker found.</summary>
    /// <param name="faults">Faults, one after the other.</param>
    public Task<IReadOnlyList<Anomaly>> RunAsync(IEnumerable<Fault> faults) =>
        RunAsync([.. faults.Select(fault => (Func<Task>)(() => Faults.InjectAsync(fault)))]);

    /// <summary>Runs one round and returns what the checker found.</summary>
    /// <param name="faults">Injections, one after the other; each returns once the hub can work again.</param>
    public async Task<IReadOnlyList<Anomaly>> RunAsync(params Func<Task>[] faults)
    {
        using var drain = new CancellationTokenSource();
        using var late = new CancellationTokenSource();
        List<Task> pushes =
        [
            .. _sources.Select(source => source.Source.RunAsync(source.Channels, drain.Token, late.Token)),
            .. _callers.Select(caller => caller.Caller.RunAsync(caller.Channels, drain.Token, late.Token)),
        ];
        try
        {
            foreach (var inject in faults)
            {
                await ProgressAsync(pushes);
                await inject();
            }

            await ProgressAsync(pushes);
            await drain.CancelAsync();
            late.CancelAfter(HealLimit);
            await Task.WhenAll(pushes);
        }
        finally
        {
            await late.CancelAsync();
            await Task.WhenAll(pushes).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        await using var connection = await ConnectAsync();
        return HistoryChecker.Check(History, await HubDumpReader.ReadAsync(connection, PushedChange.Type));
    }

    /// <summary>Writes the history, one line of JSON for each step.</summary>
    public async Task SaveHistoryAsync(string path)
    {
        await using var file = File.CreateText(path);
        History.Write(file);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values.SelectMany(channels => channels))
        {
            channel.Dispose();
        }

        _proxies.ForEach(proxy => proxy.Dispose());
        foreach (var hub in _hubs)
        {
            await hub.DisposeAsync();
        }
    }

    private async Task<SoakRounds> PrepareAsync(int seed, SmallDisk? disk, Func<Task> start)
    {
        try
        {
            await start();
            _proxies.AddRange(_hubs.Select(hub => new FaultProxy(hub.Address)));
            Faults = new SoakFaults(_hubs, _proxies, disk, History, new Random(seed));
            foreach (var (node, stream) in new[] { ("ND-CITY", "a"), ("ND-CITY", "b"), ("ND-420281", "a"), ("ND-420222", "a") })
            {
                _sources.Add((await ChannelsAsync(node), new SoakSource(History, node, stream, ++seed, sharesKeys: true)));
            }

            foreach (var node in new[] { "ND-CITY", "ND-420222" })
            {
                _callers.Add((await ChannelsAsync(node), new SoakCaller(History, node, ++seed)));
            }

            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        if (_database is null)
        {
            return await _hubs[0].ConnectToDatabaseAsync();
        }

        var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        return connection;
    }

    private Task ProgressAsync(List<Task> pushes)
    {
        var goals = _sources.ConvertAll(source => source.Source.Acknowledged + _random.Next(1, MaxFramesBetween));
        return Eventually.HoldsAsync(
            () => pushes.Exists(push => push.IsFaulted) || _sources.Index().All(source => source.Item.Source.Acknowledged >= goals[source.Index]),
            "every source gets through",
            HealLimit);
    }

    private async Task<List<GrpcChannel>> ChannelsAsync(string node)
    {
        // Streams and calls of a node share a channel, as those of one program do.
        if (_channels.TryGetValue(node, out var known))
        {
            return known;
        }

        if (node != "ND-CITY")
        {
            await using var city = new HubClient(await _hubs[0].EnrolAsync("ND-CITY"));
            var record = new Node { NodeId = node, Name = node, Kind = NodeKind.County };
            await city.PushRecordsAsync("ND-CITY", CityEntityTypes.All.Of<Node>(), [new Change { Record = record.ToByteString() }]);
        }

        var options = await _hubs[0].EnrolAsync(node);
        var certificate = await File.ReadAllTextAsync(options.CertificateFile!);
        var key = await File.ReadAllTextAsync(options.KeyFile!);
        return _channels[node] = _proxies.ConvertAll(proxy => RecordedPush.Channel(proxy.Address, _hubs[0].CaFile, certificate, key));
    }
}
