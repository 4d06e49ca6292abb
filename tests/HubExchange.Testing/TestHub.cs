using System.Collections.Concurrent;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using HubExchange.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Testing;

/// <summary>A real hub on a free port with its own database, and clients for whoever a test needs to be.</summary>
public sealed class TestHub : IAsyncDisposable
{
    /// <summary>The operator of the hub, who pushes reference data.</summary>
    public const string City = "ND-CITY";

    /// <summary>A county: 大冶市.</summary>
    public const string Daye = "ND-420281";

    /// <summary>A zone whose territory lies in 大冶市.</summary>
    public const string Zone = "ND-DYH";

    private readonly ConcurrentDictionary<string, Lazy<Task<NodeIdentity>>> _identities = new();
    private readonly ConcurrentDictionary<string, Task<HubClient>> _clients = new();
    private readonly EntityTypes _types;
    private readonly WebApplication _app;
    private readonly string _connectionString;
    private readonly string _folder;
    private readonly string[] _settings;
    private readonly TimeProvider? _time;
    private bool _keepsFolder;

    private TestHub(WebApplication app, EntityTypes types, string connectionString, string folder, string[] settings, TimeProvider? time)
    {
        _app = app;
        _types = types;
        _connectionString = connectionString;
        _folder = folder;
        _settings = settings;
        _time = time;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Address for gRPC and REST.</summary>
    public Uri Address { get; }

    /// <summary>The services of the hub, for the rare test that has to look inside.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>PEM file of the hub's certification authority.</summary>
    public string CaFile => Path.Combine(_folder, "ca", "ca.pem");

    /// <summary>Folder for files of the test.</summary>
    public string Folder => _folder;

    /// <summary>Starts a hub.</summary>
    /// <param name="connectionString">Its database.</param>
    /// <param name="types">What it exchanges; the types of the city unless given.</param>
    /// <param name="settings">Further settings, e.g. <c>--Ingestion:MaxChanges=10</c>.</param>
    public static Task<TestHub> StartAsync(string connectionString, EntityTypes? types = null, params string[] settings) => StartAsync(
        connectionString, types ?? CityEntityTypes.All, Directory.CreateTempSubdirectory("hubexchange-hub-").FullName, settings, null);

    private static async Task<TestHub> StartAsync(
        string connectionString, EntityTypes types, string folder, string[] settings, TimeProvider? time)
    {
        var app = await HubHost.BuildAsync(
            [
                $"--Storage:ConnectionString={connectionString}",
                $"--Storage:DataFolder={folder}",
                "--Hosting:Port=0",
                "--Logging:LogLevel:Default=Error",
                // Tests of jobs say otherwise; the others are not to be disturbed.
                "--Jobs:Enabled=false",
                .. settings,
            ],
            types,
            time);
        await app.StartAsync();
        return new TestHub(app, types, connectionString, folder, settings, time);
    }

    /// <summary>Starts a hub with a database of its own.</summary>
    public static async Task<TestHub> StartAsync(TestCluster cluster, params string[] settings) =>
        await StartAsync(await cluster.CreateDatabaseAsync(), null, settings);

    /// <summary>Starts a hub with a database of its own that counts days and terms by a clock.</summary>
    public static async Task<TestHub> StartAsync(TestCluster cluster, TimeProvider time, params string[] settings) => await StartAsync(
        await cluster.CreateDatabaseAsync(), CityEntityTypes.All, Directory.CreateTempSubdirectory("hubexchange-hub-").FullName, settings, time);

    /// <summary>A client that shows nothing.</summary>
    public HubClient Anonymous() => Connect(new HubClientOptions { Address = Address, CaFile = CaFile, Types = _types });

    /// <summary>A client with the given options on top of address and authority.</summary>
    public HubClient Connect(Func<HubClientOptions, HubClientOptions> change) =>
        Connect(change(new HubClientOptions { Address = Address, CaFile = CaFile, Types = _types }));

    /// <summary>The first administrator.</summary>
    public Task<HubClient> AdminAsync() => _clients.GetOrAdd(
        "admin",
        async _ => Connect(new HubClientOptions
        {
            Address = Address,
            CaFile = CaFile,
            Token = (await File.ReadAllTextAsync(Path.Combine(_folder, "admin.token"))).Trim(),
            Types = _types,
        }));

    /// <summary>A person with a role, working for a node when the role needs one.</summary>
    public Task<HubClient> PersonAsync(string role, string? node = null) => _clients.GetOrAdd($"{role}/{node}", async _ =>
    {
        var admin = await AdminAsync();
        var issued = await admin.IssueTokenAsync($"test-{role}", role, node);
        return Connect(options => options with { Token = issued.Token });
    });

    /// <summary>A node of a kind. Registers and enrols it when it is new.</summary>
    public Task<HubClient> NodeAsync(string node, NodeKind kind = NodeKind.County) =>
        _clients.GetOrAdd(node, async _ => Connect(Files(await IdentityOfAsync(node, kind))));

    /// <summary>The operator.</summary>
    public Task<HubClient> CityAsync() => NodeAsync(City, NodeKind.Center);

    /// <summary>Certificate and key of a node, enrolled when it is new.</summary>
    public Task<NodeIdentity> IdentityOfAsync(string node, NodeKind kind = NodeKind.County) =>
        _identities.GetOrAdd(node, _ => new Lazy<Task<NodeIdentity>>(() => EnrollAsync(node, kind))).Value;

    /// <summary>Options with the certificate and key of an identity, written to files.</summary>
    public HubClientOptions Files(NodeIdentity identity)
    {
        var path = Path.Combine(_folder, $"{identity.Node}-{Guid.NewGuid():N}");
        File.WriteAllText($"{path}.crt", identity.CertificatePem);
        File.WriteAllText($"{path}.key", identity.KeyPem);
        return new HubClientOptions
        {
            Address = Address,
            CaFile = CaFile,
            CertificateFile = $"{path}.crt",
            KeyFile = $"{path}.key",
            Types = _types,
        };
    }

    /// <summary>Stops the hub as a service manager would.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Starts another hub on the database of this one, with its authority and nodes.</summary>
    public async Task<TestHub> StartReplicaAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("hubexchange-hub-").FullName;
        var authority = Directory.CreateDirectory(Path.Combine(folder, "ca")).FullName;
        foreach (var file in (string[])["ca.pem", "ca.key"])
        {
            File.Copy(Path.Combine(_folder, "ca", file), Path.Combine(authority, file));
        }

        File.Copy(Path.Combine(_folder, "admin.token"), Path.Combine(folder, "admin.token"));
        var replica = await StartAsync(_connectionString, _types, folder, [.. _settings, .. settings], _time);
        foreach (var (node, identity) in _identities)
        {
            replica._identities[node] = identity;
        }

        return replica;
    }

    /// <summary>Ends this hub and starts another one with its database, authority and nodes.</summary>
    public async Task<TestHub> RestartAsync()
    {
        _keepsFolder = true;
        await DisposeAsync();
        var again = await StartAsync(_connectionString, _types, _folder, _settings, _time);
        foreach (var (node, identity) in _identities)
        {
            again._identities[node] = identity;
        }

        return again;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await (await client).DisposeAsync();
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_keepsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task<NodeIdentity> EnrollAsync(string node, NodeKind kind)
    {
        if (node != City)
        {
            var record = new Node { NodeId = node, Name = node, Kind = kind };
            await (await CityAsync()).PushRecordsAsync(City, _types.Of<Node>(), [new Change { Record = record.ToByteString() }]);
        }

        return await (await AdminAsync()).EnrollNodeAsync(node);
    }

    private static HubClient Connect(HubClientOptions options) => new(options);
}
