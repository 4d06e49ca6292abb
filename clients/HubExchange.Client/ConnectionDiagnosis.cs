using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client;

/// <summary>Says in plain words why a call failed that the hub itself did not answer with a reason.</summary>
internal static class ConnectionDiagnosis
{
    public static HubException Diagnose(RpcException exception, HubConnection? connection)
    {
        var address = connection?.Address.ToString() ?? "";
        var causes = Causes(exception).ToArray();

        if (causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
        {
            return Tls(exception, tls, address, connection);
        }

        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket)
        {
            return Socket(exception, socket, connection?.Address, address);
        }

        return ByStatus(exception, address, IsBroken(exception, causes));
    }

    private static HubException Tls(RpcException exception, AuthenticationException tls, string address, HubConnection? connection)
    {
        var errors = connection?.LastTlsErrors ?? SslPolicyErrors.None;
        var (zh, en) = errors switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => (
                $"服务器证书中没有主机名“{connection?.Address.Host}”。请使用证书中的主机名访问({address}),或请管理员重新签发证书。",
                $"The server certificate does not name the host '{connection?.Address.Host}'. Use the host name of the certificate, or have it issued again."),
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) => (
                $"服务器证书不是由指定的 CA 签发,或已过期({address})。请检查 --ca 文件是否为该枢纽的 CA 证书,并检查本机时钟。",
                "The server certificate was not issued by the given CA, or has expired. Check that the CA file belongs to this hub, and the clock."),
            _ => (
                $"TLS 握手失败({address}):{tls.Message} 请检查端口与客户端证书。",
                $"The TLS handshake failed: {tls.Message} Check the port and the client certificate."),
        };
        return new HubException(StatusCode.Unavailable, ErrorReason.Unspecified, zh, en, exception);
    }

    private static HubException Socket(RpcException exception, SocketException socket, Uri? uri, string address)
    {
        var (zh, en) = socket.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => (
                $"找不到主机“{uri?.Host}”。请检查地址拼写、DNS 和网络。",
                $"The host '{uri?.Host}' cannot be found. Check the address, DNS and the network."),
            SocketError.ConnectionRefused => (
                $"{address} 拒绝连接:枢纽没有运行,或端口有误。",
                $"{address} refused the connection: the hub is not running, or the port is wrong."),
            SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => (
                $"连不上 {address}:网络不通,或被防火墙阻断。",
                $"{address} cannot be reached: no route, or a firewall in between."),
            _ => (
                $"与 {address} 的连接中断({socket.SocketErrorCode})。",
                $"The connection to {address} broke ({socket.SocketErrorCode})."),
        };
        return new HubException(StatusCode.Unavailable, ErrorReason.Unspecified, zh, en, exception) { IsTransient = true };
    }

    private static HubException ByStatus(RpcException exception, string address, bool isBroken)
    {
        var detail = exception.Status.Detail;
        var (zh, en) = exception.StatusCode switch
        {
            _ when isBroken => (
                $"与 {address} 的连接中断。未确认的数据可以安全重发。",
                $"The connection to {address} broke. Everything not acknowledged is safe to send again."),
            StatusCode.DeadlineExceeded => (
                $"{address} 未在时限内答复。请稍后重试;数据重发是安全的。",
                $"{address} did not answer in time. Try again later; sending again is safe."),
            StatusCode.Unimplemented => (
                $"{address} 没有这个接口:枢纽版本较旧,或地址不是枢纽。",
                $"{address} does not have this call: the hub is older, or the address is not a hub."),
            StatusCode.Unauthenticated => (
                "身份未被接受。请检查证书或令牌。", "The identity was not accepted. Check certificate or token."),
            StatusCode.PermissionDenied => ("没有权限。", "Permission denied."),
            StatusCode.Cancelled => ("调用已取消。", "The call was cancelled."),
            _ => ($"调用失败({exception.StatusCode}):{detail}", $"The call failed ({exception.StatusCode}): {detail}"),
        };
        return new HubException(
            isBroken ? StatusCode.Unavailable : exception.StatusCode, ErrorReason.Unspecified, zh, en, exception)
        {
            IsTransient = isBroken || exception.StatusCode == StatusCode.DeadlineExceeded,
        };
    }

    // A connection that ends in the middle of a stream shows as one of several statuses, with the cause behind it.
    private static bool IsBroken(RpcException exception, Exception[] causes) =>
        exception.StatusCode == StatusCode.Unavailable ||
        (exception.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled &&
            causes.Any(cause => cause is HttpRequestException or IOException));

    private static IEnumerable<Exception> Causes(RpcException exception)
    {
        for (var cause = exception.Status.DebugException ?? exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
