using HubExchange.Benchmarks.Load;
using HubExchange.Benchmarks.Peers;
using HubExchange.Benchmarks.Reconciliation;
using HubExchange.Benchmarks.Watch;

namespace HubExchange.Benchmarks;

/// <summary>What the benchmarks share: one hub with its PostgreSQL, and the peers beside it, each started when first asked for.</summary>
internal sealed class Bench(BenchmarkOptions options) : IAsyncDisposable
{
    private HubUnderTest? _hub;
    private HubUnderTest? _watched;
    private HubUnderTest? _attended;
    private FilledCity? _city;
    private FilledCity? _large;
    private PlainDatabase? _plain;
    private Publisher? _publisher;
    private EtcdServer? _etcd;
    private NatsServer? _nats;

    /// <summary>Options of this run.</summary>
    public BenchmarkOptions Options { get; } = options;

    /// <summary>The hub most benchmarks share.</summary>
    public async Task<HubUnderTest> HubAsync(CancellationToken cancellationToken) =>
        _hub ??= await HubUnderTest.StartAsync(cancellationToken);

    /// <summary>A hub that lets one caller have very many watches.</summary>
    public async Task<HubUnderTest> WatchedHubAsync(CancellationToken cancellationToken) =>
        _watched ??= await HubUnderTest.StartAsync(cancellationToken, WatchCrowd.Settings(2 * WatchLatency.Watchers));

    /// <summary>A hub whose sources may attend without being reconciled.</summary>
    public async Task<HubUnderTest> AttendedHubAsync(CancellationToken cancellationToken) =>
        _attended ??= await HubUnderTest.StartAsync(cancellationToken, AttendingSources.Settings);

    /// <summary>A hub with a city in it.</summary>
    public async Task<FilledCity> CityAsync(CancellationToken cancellationToken) =>
        _city ??= await FilledCity.StartAsync(Options.CityScale, cancellationToken);

    /// <summary>A hub with ten times as much in it: 2 million versions.</summary>
    public async Task<FilledCity> LargeCityAsync(CancellationToken cancellationToken) =>
        _large ??= await FilledCity.StartAsync(Options.LargeCityScale, cancellationToken);

    /// <summary>A second database in the PostgreSQL of that hub, with a plain table of the same columns and indexes.</summary>
    public async Task<PlainDatabase> PlainAsync(CancellationToken cancellationToken) =>
        _plain ??= await PlainDatabase.CreateAsync(await HubAsync(cancellationToken), cancellationToken);

    /// <summary>A second PostgreSQL that publishes to the plain table.</summary>
    public async Task<Publisher> PublisherAsync(CancellationToken cancellationToken) =>
        _publisher ??= await Publisher.StartAsync(
            await HubAsync(cancellationToken), await PlainAsync(cancellationToken), cancellationToken);

    /// <summary>An etcd; null when this machine has none.</summary>
    public async Task<EtcdServer?> EtcdAsync(CancellationToken cancellationToken)
    {
        _etcd ??= await EtcdServer.StartAsync(cancellationToken);
        if (_etcd is null)
        {
            Report.Skip("etcd", "没有其程序(Debian 软件包 etcd-server),不与其比较", "its program, from the Debian package etcd-server, is not there");
        }

        return _etcd;
    }

    /// <summary>A NATS JetStream that writes every message to disk; null when this machine has none.</summary>
    public async Task<NatsServer?> NatsAsync(CancellationToken cancellationToken)
    {
        _nats ??= await NatsServer.StartAsync(cancellationToken);
        if (_nats is null)
        {
            Report.Skip(
                "NATS",
                "没有其程序(Debian 软件包 nats-server),或不能使其逐条落盘,不与其比较",
                "its program, from the Debian package nats-server, is not there, or cannot be made to write every message to disk");
        }

        return _nats;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var peer in new IAsyncDisposable?[] { _etcd, _nats }.OfType<IAsyncDisposable>())
        {
            await peer.DisposeAsync();
        }

        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        if (_plain is not null)
        {
            await _plain.DisposeAsync();
        }

        foreach (var city in new[] { _city, _large }.OfType<FilledCity>())
        {
            await city.DisposeAsync();
        }

        foreach (var hub in new[] { _watched, _attended, _hub }.OfType<HubUnderTest>())
        {
            await hub.DisposeAsync();
        }
    }
}
