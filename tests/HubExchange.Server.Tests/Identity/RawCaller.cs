using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.Testing;

namespace HubExchange.Server.Tests.Identity;

/// <summary>gRPC and REST without the SDK, for callers that show what no SDK would show.</summary>
public sealed class RawCaller : IDisposable
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    private readonly GrpcChannel _channel;
    private readonly Metadata _headers = [];
    private readonly X509Certificate2? _certificate;

    /// <param name="hub">The hub to call.</param>
    /// <param name="authorization">Content of the authorization header, or nothing.</param>
    /// <param name="certificate">Client certificate with its key, or nothing.</param>
    public RawCaller(TestHub hub, string? authorization = null, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        Http = new HttpClient(Handler(hub, certificate)) { BaseAddress = hub.Address };
        _channel = GrpcChannel.ForAddress(
            hub.Address, new GrpcChannelOptions { HttpHandler = Handler(hub, certificate), DisposeHttpClient = true });
        Invoker = _channel.CreateCallInvoker();
        if (authorization is not null)
        {
            Http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", authorization);
            _headers.Add("authorization", authorization);
        }
    }

    /// <summary>REST.</summary>
    public HttpClient Http { get; }

    /// <summary>gRPC. Adds no headers: pass <see cref="Options"/>.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>Headers for a call through <see cref="Invoker"/>, and a deadline, so that no test hangs.</summary>
    public CallOptions Options => new(_headers, DateTime.UtcNow.AddSeconds(30));

    /// <summary>A caller with a token.</summary>
    public static RawCaller WithToken(TestHub hub, string token) => new(hub, $"Bearer {token}");

    /// <summary>A caller with the certificate of a node.</summary>
    public static RawCaller WithIdentity(TestHub hub, NodeIdentity identity) =>
        new(hub, certificate: X509Certificate2.CreateFromPem(identity.CertificatePem, identity.KeyPem));

    /// <summary>Calls any RPC with an empty request. Null when it succeeds.</summary>
    public async Task<RpcException?> CallAsync(MethodDescriptor rpc)
    {
        var type = rpc.IsClientStreaming ? MethodType.DuplexStreaming : rpc.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var method = new Method<byte[], byte[]>(type, rpc.Service.FullName, rpc.Name, Bytes, Bytes);
        try
        {
            if (type == MethodType.Unary)
            {
                using var unary = Invoker.AsyncUnaryCall(method, null, Options, []);
                await unary.ResponseAsync;
                return null;
            }

            if (type == MethodType.ServerStreaming)
            {
                // It may have no end of its own.
                using var stream = Invoker.AsyncServerStreamingCall(method, null, Options, []);
                await stream.ResponseStream.MoveNext(CancellationToken.None);
                return null;
            }

            using var duplex = Invoker.AsyncDuplexStreamingCall(method, null, Options);
            await duplex.RequestStream.CompleteAsync();
            await duplex.ResponseStream.MoveNext(CancellationToken.None);
            return null;
        }
        catch (RpcException exception)
        {
            return exception;
        }
    }

    /// <summary>Reason and metadata of a refusal.</summary>
    public static ErrorInfo InfoOf(RpcException? exception) =>
        exception?.GetRpcStatus()?.GetDetail<ErrorInfo>() ?? throw new InvalidOperationException("The call was not refused with a reason.", exception);

    /// <inheritdoc />
    public void Dispose()
    {
        Http.Dispose();
        _channel.Dispose();
        _certificate?.Dispose();
    }

    private static SocketsHttpHandler Handler(TestHub hub, X509Certificate2? certificate)
    {
        var ssl = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(hub.CaFile) },
            },
        };
        if (certificate is not null)
        {
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        return new SocketsHttpHandler { SslOptions = ssl };
    }
}
