using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Benchmarks.Load;
using HubExchange.Enterprise.V1;
using HubExchange.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// The least that a push stream can be on this stack: the hub's protocol over gRPC and TLS, and each frame's one record by one INSERT with
/// commit. It validates nothing, knows no watermark, and keeps neither history nor feed; what the hub takes longer is what those cost.
/// </summary>
internal sealed class BareStream : IAsyncDisposable
{
    /// <summary>What reports call it.</summary>
    public const string PeerName = "gRPC stream with TLS, one INSERT and commit a frame";

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private BareStream(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _channel = HubUnderTest.Connect(new Uri(app.Urls.First()), certificate, null);
    }

    /// <summary>Listens on a free port. The table has to be there.</summary>
    public static async Task<BareStream> StartAsync(PlainDatabase database, CancellationToken cancellationToken)
    {
        var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificate);
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(database.DataSource);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync(cancellationToken);
        return new BareStream(app, certificate);
    }

    /// <summary>Sends frames, the next only after the ack.</summary>
    /// <returns>Milliseconds to the ack, of every frame.</returns>
    public async Task<double[]> PushAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        using var stream = await FrameStream.OpenAsync(_channel, "ND-PEER", inFlight: 1, cancellationToken);
        return await stream.SendAsync(frames, dueAt: null, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private sealed class Service(NpgsqlDataSource dataSource) : PushService.PushServiceBase
    {
        public override async Task Push(
            IAsyncStreamReader<PushRequest> requestStream, IServerStreamWriter<PushResponse> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            await responseStream.WriteAsync(new PushResponse { Welcome = new PushWelcome { NextSequence = 1, Credits = 1 } }, context.CancellationToken);
            await using var connection = await dataSource.OpenConnectionAsync(context.CancellationToken);
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var frame = requestStream.Current.Frame;
                await PlainRow.Of(Organization.Parser.ParseFrom(frame.Changes.Single().Record)).InsertAsync(connection, context.CancellationToken);
                await responseStream.WriteAsync(
                    new PushResponse { Ack = new PushAck { ThroughSequence = frame.Sequence, Credits = 1, Counts = new PushCounts { Stored = 1 } } },
                    context.CancellationToken);
            }
        }
    }
}
