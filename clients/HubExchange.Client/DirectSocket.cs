using System.Net.Sockets;

namespace HubExchange.Client;

/// <summary>
/// Opens the socket of a connection. That the handler has a way of its own to connect makes the gRPC channel leave connecting to it
/// alone: the channel's own connection states, made for several servers behind one name, have been seen to wait for a connection
/// without end after the server was killed.
/// </summary>
internal static class DirectSocket
{
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
