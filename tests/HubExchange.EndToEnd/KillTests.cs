using System.Globalization;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Platform.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>G1 and G2 under <c>kill -9</c>: acknowledged means committed, and nothing is applied twice, with the database killed or not.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string Source = "ND-CITY";
    private const string Stream = "kill";
    private const int Records = 20_000;
    private const int Kills = 4;

    private static readonly EntityType Type = CityEntityTypes.All.Of<RdInstitution>();

    // Small frames, so that there are many places to be hit.
    private static readonly PushOptions Options = new()
    {
        Stream = Stream,
        BatchSize = 100,
        MinDelay = TimeSpan.FromMilliseconds(50),
        MaxDelay = TimeSpan.FromMilliseconds(500),
    };

    [Fact]
    public async Task Push_StoresEveryRecordExactlyOnce_WhenTheHubIsKilledAgainAndAgain()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("KILL_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"KILL_SEED={seed}");
        var random = new Random(seed);
        await using var hub = await HubProcess.StartAsync();
        await using var client = new HubClient(await hub.EnrolAsync(Source));
        var killer = new Killer(hub);

        var push = client.PushAsync(Source, Type, ChangesAsync(killer), Options, killer);
        for (var i = 0; i < Kills; i++)
        {
            var part = Records / (Kills + 1);
            var point = (i * part) + random.Next(1, part);
            await KillAsync(hub, killer, push, point, withDatabase: i % 2 == 1, isAtOnce: random.Next(2) == 0);
        }

        killer.Spare();
        var result = await push;

        Assert.True(result.Reconnects >= Kills, $"{result.Reconnects} reconnects");
        Assert.Equal(Records, result.Counts.Stored + result.Unreported);
        Assert.Equal(Records, killer.Acknowledged);
        await EveryRecordIsThereOnceAsync(client);
        await SequencesHaveNoGapAsync(hub, result.LastSequence);

        hub.Kill();
        await Eventually.HoldsAsync(() => hub.DatabaseProcesses() is [], "no process of the database survives its hub");
    }

    private async Task KillAsync(HubProcess hub, Killer killer, Task push, int point, bool withDatabase, bool isAtOnce)
    {
        var killed = killer.KillAtAsync(point, withDatabase);
        if (await Task.WhenAny(killed, push) == push)
        {
            await push;
            Assert.Fail($"The push ended before {point} records were acknowledged.");
        }

        if (!isAtOnce)
        {
            await Eventually.HoldsAsync(() => hub.DatabaseProcesses() is [], "no process of the database survives its hub");
        }

        // Otherwise the new hub meets the database of the old one, which is about to end.
        await hub.RestartAsync();

        var acknowledged = killer.Acknowledged;
        output.WriteLine(
            $"killed {(withDatabase ? "with its database " : "")}at {point}, acknowledged {acknowledged}, " +
            $"restarted {(isAtOnce ? "at once" : "when the database was gone")}");
        await using var connection = await hub.ConnectToDatabaseAsync();
        await using var command = new NpgsqlCommand("select count(*) from platform.rd_institution where hub_key = any($1)", connection)
        {
            Parameters = { new() { Value = Enumerable.Range(0, (int)acknowledged).Select(KeyOf).ToArray() } },
        };
        Assert.Equal(acknowledged, await command.ExecuteScalarAsync());
    }

    private static async Task EveryRecordIsThereOnceAsync(HubClient client)
    {
        var keys = new HashSet<string>();
        await foreach (var record in client.ListAsync(Type.Id, pageSize: 1_000))
        {
            Assert.True(keys.Add(record.Key), $"{record.Key} is listed twice.");
            Assert.Equal(1, record.Revision);
        }

        Assert.Equal(Records, keys.Count);
        Assert.All(Enumerable.Range(0, Records), i => Assert.Contains(KeyOf(i), keys));
    }

    private static async Task SequencesHaveNoGapAsync(HubProcess hub, long last)
    {
        await using var connection = await hub.ConnectToDatabaseAsync();
        await using var command = new NpgsqlCommand(
            """
            select count(*), min(sequence), max(sequence), sum(changes), sum(stored),
              (select count(*) from platform.rd_institution_version)
            from hub.frame
            where source = $1 and stream = $2
            """,
            connection)
        {
            Parameters = { new() { Value = Source }, new() { Value = Stream } },
        };
        await using var row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());

        Assert.Equal(last, row.GetInt64(0));
        Assert.Equal(1, row.GetInt64(1));
        Assert.Equal(last, row.GetInt64(2));
        Assert.Equal(Records, row.GetInt64(3));
        Assert.Equal(Records, row.GetInt64(4));
        Assert.Equal(0, row.GetInt64(5));
    }

    private static async IAsyncEnumerable<Change> ChangesAsync(Killer killer)
    {
        var record = (RdInstitution)RecordSamples.Minimal(Type);
        for (var i = 0; i < Records; i++)
        {
            await killer.MaySendAsync(i);
            record.RdId = KeyOf(i);
            yield return new Change { Record = record.ToByteString() };
        }
    }

    private static string KeyOf(int i) => string.Create(CultureInfo.InvariantCulture, $"KILL-{i:D5}");
}
