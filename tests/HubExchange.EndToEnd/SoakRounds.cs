using System.Globalization;
using Google.Protobuf;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.Testing.History;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>
/// Rounds of faults against one hub with several sources at work. A round: every source pushes, faults hit, everything heals, what is
/// under way is acknowledged, and the checker compares the history of all rounds with the database.
/// </summary>
internal sealed class SoakRounds : IAsyncDisposable
{
    // Faults hit streams in the middle: before each one every source has to get this many frames through.
    private const int MaxFramesBetween = 8;

    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(60);

    private readonly HubProcess _hub;
    private readonly Random _random;
    private readonly PushHistory _history = new();
    private readonly Dictionary<string, GrpcChannel> _channels = [];
    private readonly List<(GrpcChannel Channel, SoakSource Source)> _sources = [];

    private SoakRounds(HubProcess hub, int seed)
    {
        _hub = hub;
        _random = new Random(seed);
        Faults = new SoakFaults(hub, new Random(seed));
    }

    /// <summary>What was done so far.</summary>
    public SoakFaults Faults { get; }

    /// <summary>Changes pushed so far.</summary>
    public long Changes => _sources.Sum(source => source.Source.Changes);

    /// <summary>Frames acknowledged so far.</summary>
    public long Frames => _sources.Sum(source => source.Source.Acknowledged);

    /// <summary>Starts a hub with four streams of three sources.</summary>
    /// <param name="seed">Seed of everything that is random.</param>
    /// <param name="sharesKeys">Sources report the same keys, too.</param>
    public static async Task<SoakRounds> StartAsync(int seed, bool sharesKeys)
    {
        var rounds = new SoakRounds(await HubProcess.StartAsync(), seed);
        try
        {
            var number = 0;
            foreach (var (node, stream) in new[] { ("ND-CITY", "a"), ("ND-CITY", "b"), ("ND-420281", "a"), ("ND-420222", "a") })
            {
                rounds._sources.Add((await rounds.ChannelAsync(node), new SoakSource(rounds._history, node, stream, seed + ++number, sharesKeys)));
            }

            return rounds;
        }
        catch
        {
            await rounds.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one round and returns what the checker found.</summary>
    /// <param name="faults">Faults, one after the other.</param>
    public async Task<IReadOnlyList<Anomaly>> RunAsync(IEnumerable<Fault> faults)
    {
        using var drain = new CancellationTokenSource();
        using var late = new CancellationTokenSource();
        var pushes = _sources.Select(source => source.Source.RunAsync(source.Channel, drain.Token, late.Token)).ToList();
        try
        {
            foreach (var fault in faults)
            {
                await ProgressAsync(pushes);
                await Faults.InjectAsync(fault);
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

        await using var connection = await _hub.ConnectToDatabaseAsync();
        return HistoryChecker.Check(_history, await HubDumpReader.ReadAsync(connection, PushedChange.Type));
    }

    /// <summary>Writes the history, one line of JSON for each step.</summary>
    public async Task SaveHistoryAsync(string path)
    {
        await using var file = File.CreateText(path);
        _history.Write(file);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }

        await _hub.DisposeAsync();
    }

    private Task ProgressAsync(List<Task> pushes)
    {
        var goals = _sources.ConvertAll(source => source.Source.Acknowledged + _random.Next(1, MaxFramesBetween));
        return Eventually.HoldsAsync(
            () => pushes.Exists(push => push.IsFaulted) || _sources.Index().All(source => source.Item.Source.Acknowledged >= goals[source.Index]),
            "every source gets through",
            HealLimit);
    }

    private async Task<GrpcChannel> ChannelAsync(string node)
    {
        if (_channels.TryGetValue(node, out var known))
        {
            return known;
        }

        if (node != "ND-CITY")
        {
            await using var city = new HubClient(await _hub.EnrolAsync("ND-CITY"));
            var record = new Node { NodeId = node, Name = node, Kind = NodeKind.County };
            await city.PushRecordsAsync("ND-CITY", CityEntityTypes.All.Of<Node>(), [new Change { Record = record.ToByteString() }]);
        }

        var options = await _hub.EnrolAsync(node);
        return _channels[node] = RecordedPush.Channel(
            _hub.Address,
            _hub.CaFile,
            await File.ReadAllTextAsync(options.CertificateFile!),
            await File.ReadAllTextAsync(options.KeyFile!));
    }
}
