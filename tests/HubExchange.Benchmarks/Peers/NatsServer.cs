using System.Diagnostics;
using System.Globalization;
using HubExchange.Testing;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// NATS JetStream with file storage, every message on disk before its ack: by its own setting, or, where the version has none, because
/// its folder is written through (<c>chattr +S</c>). No TLS, no users.
/// </summary>
internal sealed class NatsServer : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly string _address;

    private NatsServer(PeerProcess process, string address) => (_process, _address) = (process, address);

    /// <summary>What reports call it.</summary>
    public string PeerName { get; private set; } = "";

    /// <summary>Starts it; null when there is none on this machine, or none that can be made to write through.</summary>
    public static async Task<NatsServer?> StartAsync(CancellationToken cancellationToken)
    {
        if (PeerProgram.Nats is not { } program)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("hubexchange-");
        var settings = Path.Combine(folder.FullName, "nats.conf");
        var port = PeerProgram.FreePort();
        await WriteAsync(", sync_interval: always");
        var isOwn = (await PeerProcess.RunAsync(program, "-t", "-c", settings)).ExitCode == 0;
        if (!isOwn)
        {
            await WriteAsync("");
            if ((await PeerProcess.RunAsync("chattr", "+S", folder.FullName)).ExitCode != 0)
            {
                folder.Delete(recursive: true);
                return null;
            }
        }

        var server = new NatsServer(PeerProcess.Start(folder, [], program, "-c", settings), string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}"));
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    try
                    {
                        await using var connection = await server.ConnectAsync();
                        server.PeerName = $"NATS JetStream {connection.ServerInfo?.Version}, file storage, sync always ({(isOwn ? "own setting" : "chattr +S")}), no TLS";
                        return true;
                    }
                    catch (NatsException) when (!server._process.HasEnded)
                    {
                        return false;
                    }
                },
                "NATS starts");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        Task WriteAsync(string sync) => File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                listen: "127.0.0.1:{{port}}"
                max_payload: 8388608
                jetstream { store_dir: "{{folder.FullName}}"{{sync}} }

                """),
            cancellationToken);
    }

    /// <summary>Publishes messages, one JetStream stream and one connection for each list.</summary>
    /// <param name="streams">Messages of each stream.</param>
    /// <param name="inFlight">Most unacknowledged messages of a stream.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<TimeSpan> PublishAsync(List<byte[]>[] streams, int inFlight, CancellationToken cancellationToken)
    {
        var connections = new List<NatsConnection>();
        try
        {
            var subjects = new List<string>();
            foreach (var _ in streams)
            {
                connections.Add(await ConnectAsync());
                var name = $"bench-{Guid.NewGuid():N}";
                subjects.Add(name);
                await new NatsJSContext(connections[^1]).CreateStreamAsync(
                    new StreamConfig(name, [name]) { Storage = StreamConfigStorage.File, NumReplicas = 1 }, cancellationToken);
            }

            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(streams.Select((messages, i) => Task.Run(
                () => PublishAsync(new NatsJSContext(connections[i]), subjects[i], messages, inFlight, cancellationToken), cancellationToken)));
            return Stopwatch.GetElapsedTime(began);
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task PublishAsync(NatsJSContext stream, string subject, List<byte[]> messages, int inFlight, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(inFlight);
        var publishing = new List<Task>();
        foreach (var message in messages)
        {
            await slots.WaitAsync(cancellationToken);
            publishing.Add(PublishOneAsync(message));
        }

        await Task.WhenAll(publishing);

        async Task PublishOneAsync(byte[] message)
        {
            try
            {
                (await stream.PublishAsync(subject, message, cancellationToken: cancellationToken)).EnsureSuccess();
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async Task<NatsConnection> ConnectAsync()
    {
        var connection = new NatsConnection(new NatsOpts { Url = _address });
        await connection.ConnectAsync();
        return connection;
    }
}
