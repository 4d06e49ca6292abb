using System.Globalization;
using Google.Protobuf;
using Grpc.Net.Client;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Faults;
using HubExchange.Testing;
using HubExchange.Testing.History;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>
/// Two hubs on one database: whoever opened a stream last owns it, however slow the other one is, and what one answers stays true whatever
/// the other is writing.
/// </summary>
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
    public async Task Answers_AreFinal_WhileTheOtherHubWrites()
    {
        const string Node = "ND-420281";
        var database = await fixture.Cluster.CreateDatabaseAsync();
        string[] settings = [$"--Storage:ConnectionString={database}"];

        // What the first hub writes has its instant long before it is committed.
        await using var first = await HubProcess.StartAsync(hub => hub.FailPoints = $"{FailPoint.BeforeCommit}=delay:200", settings);
        await using var second = await first.StartReplicaAsync(settings);
        await using var admin = new HubClient(first.Admin);
        var token = (await admin.IssueTokenAsync("测试", "bureau")).Token;
        await using var here = new HubClient(first.Anonymous with { Token = token });
        await using var elsewhere = new HubClient(first.Anonymous with { Token = token, Address = second.Address });
        await using var city = new HubClient(await first.EnrolAsync(Source));
        await city.PushRecordsAsync(
            Source, CityEntityTypes.All.Of<Node>(), [new Change { Record = new Node { NodeId = Node, Name = Node, Kind = NodeKind.County }.ToByteString() }]);
        await using var node = new HubClient(await first.EnrolAsync(Node));

        var answers = new List<AggregateRecordsResponse>();
        for (var round = 1; round <= 5; round++)
        {
            var pushing = node.PushRecordsAsync(
                Node, CityEntityTypes.All.Of<Organization>(), [new Change { Record = Make.Organization().ToByteString() }]);
            do
            {
                answers.Add(await elsewhere.AggregateAsync(Counting()));
                answers.Add(await elsewhere.AggregateAsync(Summing()));
            }
            while (!pushing.IsCompleted);

            // Acknowledged by one hub, it is in the answers of the other.
            await pushing;
            Assert.Equal(round, Count(await elsewhere.AggregateAsync(Counting())));
            Assert.Equal(round, Count(await elsewhere.AggregateAsync(Summing())));
        }

        foreach (var answer in answers)
        {
            var again = Summing();
            again.RecordedAsOf = answer.RecordedAsOf;
            Assert.Equal(Count(await elsewhere.AggregateAsync(again)), Count(answer));
            Assert.Equal(Count(await here.AggregateAsync(again)), Count(answer));
        }

        // The first is counted and kept, the second has to be computed.
        static AggregateRecordsRequest Counting() => new() { Type = "enterprise.organization", Groups = { "@unit" } };
        static AggregateRecordsRequest Summing() => new()
        {
            Type = "enterprise.organization",
            Measures = { new Measure { Function = MeasureFunction.Count }, new Measure { Function = MeasureFunction.Sum, Field = "staff_total" } },
        };
        static int Count(AggregateRecordsResponse answer) => int.Parse(answer.Total.Values[0].Value, CultureInfo.InvariantCulture);
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
