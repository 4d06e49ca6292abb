using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.V1;

namespace HubExchange.Testing;

/// <summary>A push connection frame by frame, for tests of the protocol itself.</summary>
public sealed class RawPush : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<PushRequest, PushResponse> _call;

    private RawPush(GrpcChannel channel)
    {
        _channel = channel;
        _call = new PushService.PushServiceClient(channel).Push();
    }

    /// <summary>Connects as a node without sending anything.</summary>
    public static RawPush Connect(TestHub hub, NodeIdentity identity)
    {
        var ca = X509CertificateLoader.LoadCertificateFromFile(hub.CaFile);
        using var pem = X509Certificate2.CreateFromPem(identity.CertificatePem, identity.KeyPem);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { ca },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        return new RawPush(GrpcChannel.ForAddress(hub.Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true }));
    }

    /// <summary>Connects and says hello.</summary>
    public static async Task<(RawPush Push, PushWelcome Welcome)> OpenAsync(TestHub hub, NodeIdentity identity, string stream, string? source = null)
    {
        var push = Connect(hub, identity);
        await push.SendAsync(new PushRequest { Hello = new PushHello { Source = source ?? identity.Node, Stream = stream } });
        return (push, (await push.ReceiveAsync()).Welcome);
    }

    /// <summary>Sends one message.</summary>
    public Task SendAsync(PushRequest request) => _call.RequestStream.WriteAsync(request);

    /// <summary>Sends one frame of upserts.</summary>
    public Task SendAsync(long sequence, string type, params IEnumerable<IMessage> records) => SendAsync(new PushRequest
    {
        Frame = new PushFrame
        {
            Sequence = sequence,
            Type = type,
            Changes = { records.Select(record => new Change { Record = record.ToByteString() }) },
        },
    });

    /// <summary>The next message of the hub.</summary>
    /// <exception cref="RpcException">The hub ended the call with an error.</exception>
    public async Task<PushResponse> ReceiveAsync() => await _call.ResponseStream.MoveNext(CancellationToken.None)
        ? _call.ResponseStream.Current
        : throw new InvalidOperationException("The hub ended the call without an error.");

    /// <summary>Half-closes and returns once the hub has ended the call.</summary>
    public async Task CompleteAsync()
    {
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext(CancellationToken.None))
        {
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
