using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Benchmarks.Load;

/// <summary>A hub process with its private PostgreSQL (fsync and synchronous commit on), four counties that push to it, and no data.</summary>
internal sealed class HubUnderTest : IAsyncDisposable
{
    private const string City = "ND-CITY";

    // Half of the processor time of the first hundred thousand records goes into compiling the hub's code.
    private const int WarmUp = 100_000;

    private static readonly string[] Counties = ["ND-420281", "ND-420205", "ND-420222", "ND-420203"];

    private readonly List<(string Node, X509Certificate2 Certificate)> _sources = [];
    private readonly X509Certificate2 _authority;

    private HubUnderTest(HubProcess process)
    {
        Process = process;
        _authority = X509CertificateLoader.LoadCertificateFromFile(process.CaFile);
    }

    /// <summary>The process.</summary>
    public HubProcess Process { get; }

    /// <summary>Folder with the socket of its PostgreSQL.</summary>
    public string PostgresFolder => Path.Combine(Process.DataFolder, "pg");

    /// <summary>Starts a hub, enrols the counties and lets the code warm up.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="settings">Settings that are not the usual ones.</param>
    public static async Task<HubUnderTest> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var hub = await StartEmptyAsync(settings);
        try
        {
            var warmUp = Organizations.NewBatch();
            await hub.PushAsync(Frames.Of(warmUp, 0, WarmUp, Counties.Length, 500), cancellationToken);
            await hub.PushAsync(Frames.Of(warmUp, 0, WarmUp, Counties.Length, 500), cancellationToken);
            await hub.PushAsync(Frames.Of(warmUp, 0, WarmUp, Counties.Length, 500, version: 1), cancellationToken);

            // And the first checkpoints leave files for the log to use again, as there are in a hub that has run for a while.
            for (var i = 0; i < 2; i++)
            {
                await hub.CheckpointAsync(cancellationToken);
            }

            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a hub and enrols the counties; it has no other records.</summary>
    /// <param name="settings">Settings that are not the usual ones, e.g. <c>--Watch:MaxWatchers=2000</c>.</param>
    public static async Task<HubUnderTest> StartEmptyAsync(params string[] settings)
    {
        var hub = new HubUnderTest(await HubProcess.StartAsync(
            ["--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", .. settings]));
        try
        {
            await hub.EnrolAsync();
            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection that trusts one authority alone.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="authority">The authority, or a certificate that is its own.</param>
    /// <param name="certificate">Certificate of a node; null for none.</param>
    public static GrpcChannel Connect(Uri address, X509Certificate2 authority, X509Certificate2? certificate) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        MaxReceiveMessageSize = null,
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        },
    });

    /// <summary>A connection without a certificate, for people.</summary>
    public GrpcChannel Connect() => Connect(Process.Address, _authority, null);

    /// <summary>A connection of each county.</summary>
    public IEnumerable<(string Node, GrpcChannel Channel)> ConnectSources() =>
        _sources.Select(source => (source.Node, Connect(Process.Address, _authority, source.Certificate)));

    /// <summary>Issues a token to a person of the bureau.</summary>
    public async Task<string> BureauTokenAsync(CancellationToken cancellationToken)
    {
        using var channel = Connect();
        var issued = await new IdentityService.IdentityServiceClient(channel).IssueTokenAsync(
            new IssueTokenRequest { Subject = "bench", Role = "bureau" },
            new Metadata { { "authorization", $"Bearer {Process.AdminToken}" } },
            cancellationToken: cancellationToken);
        return issued.Token;
    }

    /// <summary>Pushes frames, one stream and one connection for each list, the sources in turn.</summary>
    /// <param name="streams">Frames of each stream.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="address">Where to connect, when it is not the hub itself.</param>
    /// <param name="interval">Time between two frames of a stream; null sends as fast as credits allow.</param>
    /// <param name="inFlight">Most unacknowledged frames of a stream, should the hub allow more.</param>
    public async Task<PushOutcome> PushAsync(
        IReadOnlyList<IReadOnlyList<byte[]>> streams,
        CancellationToken cancellationToken,
        Uri? address = null,
        TimeSpan? interval = null,
        int inFlight = int.MaxValue)
    {
        var channels = new List<GrpcChannel>();
        var opened = new List<FrameStream>();
        try
        {
            for (var i = 0; i < streams.Count; i++)
            {
                var (node, certificate) = _sources[i % _sources.Count];
                channels.Add(Connect(address ?? Process.Address, _authority, certificate));
                opened.Add(await FrameStream.OpenAsync(channels[i], node, inFlight, cancellationToken));
            }

            var began = Stopwatch.GetTimestamp();
            var latencies = await Task.WhenAll(opened.Select((stream, i) => Task.Run(
                () => stream.SendAsync(streams[i], Pace.Evenly(began, interval, i, streams.Count), cancellationToken), cancellationToken)));
            var elapsed = Stopwatch.GetElapsedTime(began);
            return new PushOutcome(
                began,
                elapsed,
                [.. latencies.SelectMany(of => of)],
                [.. opened.Select(stream => stream.AckedAt)],
                opened.Sum(stream => stream.Counts.Stored),
                opened.Sum(stream => stream.Counts.Unchanged));
        }
        finally
        {
            opened.ForEach(stream => stream.Dispose());
            channels.ForEach(channel => channel.Dispose());
        }
    }

    /// <summary>Writes everything to the tables' files, so that no measurement pays for what came before it.</summary>
    public Task CheckpointAsync(CancellationToken cancellationToken) => ExecuteAsync("checkpoint", cancellationToken);

    /// <summary>Clears up after earlier updates, as the database would do by itself in the middle of what follows.</summary>
    public Task VacuumAsync(CancellationToken cancellationToken) => ExecuteAsync("vacuum enterprise.organization", cancellationToken);

    /// <summary>The rows of a batch as the hub stored them, in the format of binary COPY.</summary>
    public async Task<byte[]> CopyOutAsync(Organizations batch, CancellationToken cancellationToken)
    {
        await using var connection = await Process.ConnectToDatabaseAsync();
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"""
            copy (
              select * from enterprise.organization where hub_key >= '{batch.KeyPrefix}' and hub_key < '{batch.KeyPrefix}~'
            ) to stdout (format binary)
            """,
            cancellationToken);
        using var rows = new MemoryStream();
        await copy.CopyToAsync(rows, cancellationToken);
        return rows.ToArray();
    }

    /// <summary>Bytes of WAL its PostgreSQL has written so far.</summary>
    public async Task<long> WalPositionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await Process.ConnectToDatabaseAsync();
        await using var command = new NpgsqlCommand("select (pg_current_wal_insert_lsn() - '0/0')::bigint", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Process.DisposeAsync();
        _authority.Dispose();
        _sources.ForEach(source => source.Certificate.Dispose());
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await Process.ConnectToDatabaseAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task EnrolAsync()
    {
        await using (var city = new HubClient(await Process.EnrolAsync(City)))
        {
            await city.PushRecordsAsync(City, CityEntityTypes.All.Of<Node>(), Counties.Select(node => new Change
            {
                Record = new Node { NodeId = node, Name = node, Kind = NodeKind.County }.ToByteString(),
            }));
        }

        foreach (var node in Counties)
        {
            var options = await Process.EnrolAsync(node);
            _sources.Add((node, X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile)));
        }
    }
}

/// <summary>A push that is acknowledged to the end.</summary>
/// <param name="Began">Timestamp at which the first frame was due.</param>
/// <param name="Elapsed">From the first frame to the last ack.</param>
/// <param name="Latencies">Milliseconds to the ack, of every frame.</param>
/// <param name="AckedAt">Timestamp of the ack of each frame, by stream.</param>
/// <param name="Stored">Versions written.</param>
/// <param name="Unchanged">Records the hub had already.</param>
internal sealed record PushOutcome(
    long Began, TimeSpan Elapsed, IReadOnlyList<double> Latencies, IReadOnlyList<IReadOnlyList<long>> AckedAt, long Stored, long Unchanged)
{
    /// <summary>Records a second, all of which must have had the expected fate.</summary>
    public double StoredPerSecond(int expected) => Rate(Stored, expected);

    /// <summary>Records a second, all of which must have had the expected fate.</summary>
    public double UnchangedPerSecond(int expected) => Rate(Unchanged, expected);

    private double Rate(long count, int expected) => count == expected
        ? count / Elapsed.TotalSeconds
        : throw new InvalidOperationException($"{expected} records were expected: {Stored} stored, {Unchanged} unchanged.");
}
