using Grpc.Net.Client;
using HubExchange.Testing;
using HubExchange.Testing.History;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>Fencing with two hubs on one database: whoever opened a stream last owns it, however slow the other one is.</summary>
public sealed class TwoHubsTests(ClusterFixture fixture, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const string Source = "ND-CITY";
    private const string Stream = "moving";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("")]
    [InlineData("batch.before_commit")]
    public async Task PausedHub_CannotCommit_AfterAnotherTookItsStreamOver(string pausedAt)
    {
        var database = await fixture.Cluster.CreateDatabaseAsync();
        string[] settings = [$"--Storage:ConnectionString={database}", "--Storage:IdleTransactionTimeout=00:00:02"];
        await using var first = await HubProcess.StartAsync(
            hub => hub.FailPoints = pausedAt.Length == 0 ? "" : $"{pausedAt}=delay:1000@2", settings);
        await using var second = await first.StartReplicaAsync(settings);
        using var late = new CancellationTokenSource(Limit);
        var history = new PushHistory();
        var options = await first.EnrolAsync(Source);
        using var toFirst = await ChannelAsync(first, first, options);
        using var toSecond = await ChannelAsync(second, first, options);

        await using var old = await RecordedPush.OpenAsync(toFirst, history, Source, Stream, late.Token);
        await old.SendAsync(1, [PushedChange.Upsert("one", "one")], late.Token);
        await old.ReceiveAsync(late.Token);
        if (pausedAt.Length == 0)
        {
            first.Pause();
            await old.SendAsync(2, [PushedChange.Upsert("two", "of the paused hub")], late.Token);
        }
        else
        {
            // In the middle of its transaction, with the stream locked.
            await old.SendAsync(2, [PushedChange.Upsert("two", "of the paused hub")], late.Token);
            await Eventually.HoldsAsync(() => first.HasWritten($"Fail point {pausedAt}"), "the first hub is in its transaction");
            first.Pause();
        }

        await using var taken = await RecordedPush.OpenAsync(toSecond, history, Source, Stream, late.Token);
        Assert.Equal(1, taken.Watermark);
        await taken.SendAsync(2, [PushedChange.Upsert("two", "of the other hub")], late.Token);
        Assert.Equal(2, (await taken.ReceiveAsync(late.Token)).ThroughSequence);
        first.Resume();

        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => old.ReceiveAsync(late.Token));
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        Assert.Empty(HistoryChecker.Check(history, await HubDumpReader.ReadAsync(connection, PushedChange.Type)));
        Assert.Contains(history.Operations.Last(step => step.Epoch == 1).Reason, (string[])["STREAM_FENCED", "STORE_UNAVAILABLE"]);
    }

    [Fact]
    public async Task NothingIsLostAndNothingTwice_WhileSourcesMoveBetweenTwoHubs()
    {
        output.WriteLine($"HUBEXCHANGE_SEED={SoakTests.Seed}");
        await using var rounds = await SoakRounds.StartPairAsync(SoakTests.Seed, await fixture.Cluster.CreateDatabaseAsync());

        var anomalies = await rounds.RunAsync(
            [Fault.PauseHub, Fault.KillHub, Fault.Abandon, Fault.PauseHub, Fault.Blackhole, Fault.KillHub, Fault.PauseHub]);

        Assert.Empty(anomalies.Take(20));
        Assert.True(rounds.Frames > 0);
    }

    private static async Task<GrpcChannel> ChannelAsync(HubProcess hub, HubProcess authority, Client.HubClientOptions options) => RecordedPush.Channel(
        hub.Address,
        authority.CaFile,
        await File.ReadAllTextAsync(options.CertificateFile!),
        await File.ReadAllTextAsync(options.KeyFile!));
}
