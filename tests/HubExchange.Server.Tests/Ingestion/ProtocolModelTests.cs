using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Grpc.Net.Client;
using HubExchange.Testing;
using HubExchange.Testing.History;
using Npgsql;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>
/// G1, G2, G3, G8: generated sequences of everything the protocol knows, against a real hub, many at a time. Every answer has to be
/// the one the model gives, and in the end the database has to hold what the model and the history say.
/// </summary>
public sealed class ProtocolModelTests(SharedCluster cluster)
{
    private const string CasesVariable = "HUBEXCHANGE_CASES";
    private const int DefaultCases = 2_000;
    private const int Sources = 8;
    private const int Parallel = 8;

    private static readonly int Cases = int.TryParse(
        Environment.GetEnvironmentVariable(CasesVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var cases)
        ? cases
        : DefaultCases;

    [Fact]
    public async Task Hub_AnswersAsTheModelDoes_AndHoldsWhatItAnswered()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(
            database,
            settings:
            [
                "--Logging:LogLevel:HubExchange.Server.Ingestion.PushStream=None",

                // Batches are small here: both ways of writing are taken.
                "--Ingestion:CopyFrom=3",
            ]);
        var channels = await ConnectAsync(hub);
        var history = new PushHistory();
        var played = new ConcurrentQueue<ProtocolCase>();
        var number = -1;

        await ProtocolStep.Case.SampleAsync(
            async steps =>
            {
                // Neighbours share their keys, from two sources.
                var n = Interlocked.Increment(ref number);
                var source = SourceOf(n % Sources);
                var @case = new ProtocolCase(channels[source], history, source, $"case-{n}", $"M-{n / 2}");
                await @case.PlayAsync(steps);
                played.Enqueue(@case);
            },
            iter: Cases,
            threads: Parallel,
            print: steps => string.Join(Environment.NewLine, steps.Select(step => step.ToString())));

        foreach (var channel in channels.Values)
        {
            channel.Dispose();
        }

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var dump = await HubDumpReader.ReadAsync(connection, PushedChange.Type);
        Assert.Empty(HistoryChecker.Check(history, dump).Take(20));
        Assert.True(played.Count >= Cases);
        AssertFinalState(played, dump);
    }

    private static void AssertFinalState(IEnumerable<ProtocolCase> played, HubDump dump)
    {
        var current = dump.Rows.Where(row => row.IsCurrent).ToDictionary(row => (row.Source, row.Key));
        foreach (var @case in played)
        {
            foreach (var (key, (revision, hash)) in @case.Model.Records)
            {
                var row = current.GetValueOrDefault((@case.Source, key));
                Assert.True(row is not null, $"{@case.Source} {key} is missing.");
                Assert.Equal((revision, hash, hash.Length == 0), (row.Revision, row.Hash, row.IsDeleted));
            }
        }

        Assert.Equal(played.Sum(@case => @case.Model.Records.Count), current.Count);
    }

    private static async Task<Dictionary<string, GrpcChannel>> ConnectAsync(TestHub hub)
    {
        var channels = new Dictionary<string, GrpcChannel>();
        for (var i = 0; i < Sources; i++)
        {
            var identity = await hub.IdentityOfAsync(SourceOf(i));
            channels[identity.Node] = RecordedPush.Channel(hub.Address, hub.CaFile, identity.CertificatePem, identity.KeyPem);
        }

        return channels;
    }

    private static string SourceOf(int i) => i == 0 ? TestHub.City : string.Create(CultureInfo.InvariantCulture, $"ND-42020{i}");
}
