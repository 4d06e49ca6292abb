using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.Server.Ingestion;
using HubExchange.V1;

namespace HubExchange.Testing.History;

/// <summary>A push connection that writes everything it does into a history.</summary>
public sealed class RecordedPush : IAsyncDisposable
{
    private readonly PushHistory _history;
    private readonly AsyncDuplexStreamingCall<PushRequest, PushResponse> _call;
    private readonly Dictionary<long, string> _sent = [];
    private readonly Operation _step;
    private bool _isEnded;

    private RecordedPush(PushHistory history, AsyncDuplexStreamingCall<PushRequest, PushResponse> call, Operation step)
    {
        _history = history;
        _call = call;
        _step = step;
    }

    /// <summary>Watermark the hub welcomed the connection with.</summary>
    public long Watermark => _step.Sequence;

    /// <summary>Epoch the hub gave the connection.</summary>
    public long Epoch => _step.Epoch;

    /// <summary>A channel of a node; connections may share it.</summary>
    public static GrpcChannel Channel(Uri address, string caFile, string certificatePem, string keyPem)
    {
        using var pem = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        var handler = new SocketsHttpHandler
        {
            // A line may fall silent without a word, also in the middle of a handshake.
            ConnectTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = DirectSocket.ConnectAsync,
            EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null)],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(caFile) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
        });
    }

    /// <summary>Says hello and waits for the welcome.</summary>
    /// <exception cref="RpcException">The hub does not answer, or refuses.</exception>
    public static async Task<RecordedPush> OpenAsync(
        GrpcChannel channel, PushHistory history, string source, string stream, CancellationToken cancellationToken)
    {
        var call = new V1.PushService.PushServiceClient(channel).Push(cancellationToken: cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(
                new PushRequest { Hello = new PushHello { Source = source, Stream = stream } }, cancellationToken);
            var welcome = await call.ResponseStream.MoveNext(cancellationToken)
                ? call.ResponseStream.Current.Welcome
                : throw new InvalidOperationException("The hub ended the call without a welcome.");
            var step = new Operation(
                OperationKind.Opened, history.NextProcess(), source, stream, welcome.Epoch, welcome.NextSequence - 1);
            history.Add(step);
            return new RecordedPush(history, call, step);
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>Sends one frame.</summary>
    public async Task SendAsync(long sequence, IReadOnlyList<PushedChange> changes, CancellationToken cancellationToken)
    {
        var frame = new PushFrame
        {
            Sequence = sequence,
            Type = PushedChange.Type.Id,
            Changes = { changes.Select(change => change.Change) },
        };
        var digest = Convert.ToHexStringLower(FrameDigest.Of(frame));
        _sent[sequence] = digest;
        _history.Add(_step with
        {
            Kind = OperationKind.Invoke,
            Sequence = sequence,
            Digest = digest,
            Changes = [.. changes.Select(change => change.Known)],
        });
        await _call.RequestStream.WriteAsync(new PushRequest { Frame = frame }, cancellationToken);
    }

    /// <summary>The next ack.</summary>
    /// <exception cref="RpcException">The hub ended the call, or it broke.</exception>
    public async Task<PushAck> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var ack = await _call.ResponseStream.MoveNext(cancellationToken)
                ? _call.ResponseStream.Current.Ack
                : throw new InvalidOperationException("The hub ended the call without an error.");
            _history.Add(_step with
            {
                Kind = OperationKind.Ok,
                Sequence = ack.ThroughSequence,
                Counts = new HistoryCounts(ack.Counts.Stored, ack.Counts.Unchanged, ack.Counts.Deleted, ack.Counts.Quarantined),
                Rejected = [.. ack.Rejected.Select(rejected => new HistoryRejected(rejected.Sequence, rejected.Index, rejected.QuarantineId))],
            });
            return ack;
        }
        catch (RpcException exception)
        {
            AddEnd(exception);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        End("disposed");
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    private void AddEnd(RpcException exception)
    {
        var info = exception.GetRpcStatus()?.GetDetail<ErrorInfo>();
        var refused = info?.Reason switch
        {
            "SEQUENCE_GAP" => info.Metadata["received"],
            "SEQUENCE_FORK" => info.Metadata["sequence"],
            _ => null,
        };
        if (refused is not null)
        {
            var sequence = long.Parse(refused, CultureInfo.InvariantCulture);
            _history.Add(_step with
            {
                Kind = OperationKind.Fail,
                Sequence = sequence,
                Digest = _sent.GetValueOrDefault(sequence, ""),
                Reason = info!.Reason,
            });
        }

        End(Reasons.NameOf(exception));
    }

    private void End(string reason)
    {
        if (!_isEnded)
        {
            _isEnded = true;
            _history.Add(_step with { Kind = OperationKind.Info, Sequence = 0, Reason = reason });
        }
    }
}
