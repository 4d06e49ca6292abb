using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.V1;

namespace HubExchange.Client;

/// <summary>The channel to the hub with its TLS rules, and the one way to make a unary call.</summary>
internal sealed class HubConnection : IDisposable
{
    private readonly HubClientOptions _options;
    private readonly GrpcChannel _channel;
    private readonly X509Certificate2? _identity;
    private readonly X509Certificate2Collection _authorities = [];

    public HubConnection(HubClientOptions options)
    {
        _options = options;
        if (options.Address.Scheme != Uri.UriSchemeHttps)
        {
            throw Wrong($"地址必须以 https:// 开头:{options.Address}", $"The address must begin with https://: {options.Address}");
        }

        if (options.CaFile is { } ca)
        {
            Load(ca, () => _authorities.ImportFromPemFile(ca));
        }

        _identity = LoadIdentity(options);
        _channel = GrpcChannel.ForAddress(options.Address, new GrpcChannelOptions
        {
            HttpHandler = CreateHandler(),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxReceiveBytes,
        });
        Invoker = _channel.CreateCallInvoker();
    }

    public Uri Address => _options.Address;

    public CallInvoker Invoker { get; }

    /// <summary>What the last refused server certificate had wrong.</summary>
    public SslPolicyErrors LastTlsErrors { get; private set; }

    /// <summary>Credentials for streams, which have no deadline.</summary>
    public Metadata Headers => _options.Token is { Length: > 0 } token ? new Metadata { { "authorization", $"Bearer {token}" } } : [];

    public async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        var deadline = _options.TimeProvider.GetUtcNow().UtcDateTime + _options.Deadline;
        try
        {
            using var running = call(new CallOptions(Headers, deadline, cancellationToken));
            return await running.ResponseAsync;
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ErrorTranslation.Translate(exception, this);
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _identity?.Dispose();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    private SocketsHttpHandler CreateHandler()
    {
        var ssl = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                LastTlsErrors = errors;
                return errors == SslPolicyErrors.None;
            },
        };
        if (_identity is not null)
        {
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(_identity, null, offline: true);
        }

        if (_options.CaFile is not null)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        return new SocketsHttpHandler
        {
            SslOptions = ssl,
            ConnectCallback = DirectSocket.ConnectAsync,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
    }

    private static X509Certificate2? LoadIdentity(HubClientOptions options)
    {
        if (options.CertificateFile is not { } certificate)
        {
            return null;
        }

        var key = options.KeyFile ?? throw Wrong("给出了证书,但缺少私钥文件。", "A certificate is given, but no key file.");
        X509Certificate2? identity = null;
        Load(certificate, () => identity = X509Certificate2.CreateFromPemFile(certificate, key));

        // TLS on Windows cannot use a key that lives in memory only.
        if (OperatingSystem.IsWindows())
        {
            using var inMemory = identity!;
            return X509CertificateLoader.LoadPkcs12(inMemory.Export(X509ContentType.Pfx), null);
        }

        return identity;
    }

    private static void Load(string path, Action load)
    {
        try
        {
            load();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new HubException(
                StatusCode.Unauthenticated, ErrorReason.Unspecified,
                $"无法读取证书或私钥 {path}:{exception.Message}", $"Certificate or key {path} cannot be read: {exception.Message}", exception);
        }
    }

    private static HubException Wrong(string zh, string en) => new(StatusCode.InvalidArgument, ErrorReason.Unspecified, zh, en);
}
