using System.Diagnostics;
using System.Globalization;
using HubExchange.Testing;
using HubExchange.Testing.History;

namespace HubExchange.EndToEnd;

/// <summary>
/// G1, G2, G3, G8 while hub and database are killed and stopped at random under several sources. <c>tests/soak</c> adds every other
/// fault, two hubs and full disks, for as long as it is told.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int FaultsInARound = 4;

    // A history grows with its rounds, so now and then a new hub begins.
    private const int RoundsOfAHub = 4;

    private static readonly Fault[] OneHub = [.. Enum.GetValues<Fault>().Except([Fault.FullDisk])];

    private static readonly Fault[] TwoHubs =
    [
        .. OneHub.Except([Fault.KillDatabase, Fault.KillBoth, Fault.PauseDatabase, Fault.Throws]),
    ];

    private static readonly int Minutes = NumberOf("HUBEXCHANGE_SOAK_MINUTES") ?? 0;

    internal static int Seed { get; } = NumberOf("HUBEXCHANGE_SEED") ?? Random.Shared.Next();

    [Fact]
    public async Task NothingIsLostAndNothingTwice_WhileHubAndDatabaseAreKilled()
    {
        Assert.SkipWhen(Minutes > 0, "HUBEXCHANGE_SOAK_MINUTES is set.");
        output.WriteLine($"HUBEXCHANGE_SEED={Seed}");
        await using var rounds = await SoakRounds.StartAsync(Seed);

        var random = new Random(Seed);

        // 20 kills of the hub, 10 of them with its database, and pauses between.
        for (var round = 0; round < 5; round++)
        {
            var faults = new List<Fault>
            {
                Fault.KillHub, Fault.KillHub, Fault.KillBoth, Fault.KillBoth, round % 2 == 0 ? Fault.PauseHub : Fault.PauseDatabase,
            };
            await RunAsync(rounds, [.. faults.OrderBy(_ => random.Next())], output.WriteLine);
        }

        Assert.True(rounds.Faults.HubKills >= 20, $"{rounds.Faults.HubKills} kills of the hub");
        Assert.True(rounds.Faults.DatabaseKills >= 10, $"{rounds.Faults.DatabaseKills} kills of the database");
    }

    [Fact]
    public async Task Soak()
    {
        Assert.SkipUnless(Minutes > 0, "tests/soak");
        var began = Stopwatch.GetTimestamp();
        var random = new Random(Seed);
        var sum = new SoakFigures();
        await using var cluster = await TestCluster.StartAsync();
        for (var hubs = 0; !IsOver(); hubs++)
        {
            // One hub, two with one database, one on a small disk where that can be mounted.
            var seed = random.Next();
            var (faults, start) = (hubs % 3) switch
            {
                1 => (TwoHubs, SoakRounds.StartPairAsync(seed, await cluster.CreateDatabaseAsync())),
                2 when Environment.IsPrivilegedProcess => ([Fault.FullDisk, Fault.FullDisk, .. OneHub], SoakRounds.StartOnSmallDiskAsync(seed)),
                _ => (OneHub, SoakRounds.StartAsync(seed)),
            };
            await using var rounds = await start;
            for (var round = 0; round < RoundsOfAHub && !IsOver(); round++)
            {
                await RunAsync(rounds, random.GetItems(faults, FaultsInARound), Console.WriteLine);
            }

            sum.Add(rounds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"soak: {Stopwatch.GetElapsedTime(began):hh\\:mm\\:ss}, seed {Seed}, {sum}, 0 findings"));
        }

        bool IsOver() => Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMinutes(Minutes);
    }

    private static async Task RunAsync(SoakRounds rounds, Fault[] faults, Action<string> write)
    {
        IReadOnlyList<Anomaly> anomalies;
        try
        {
            anomalies = await rounds.RunAsync(faults);
        }
        catch
        {
            write($"{string.Join(", ", faults)}; history: {await SaveAsync(rounds)}");
            throw;
        }

        write($"{string.Join(", ", faults)}: {rounds.Frames} frames, {rounds.Changes} changes, {anomalies.Count} findings");
        if (anomalies.Count > 0)
        {
            write($"history: {await SaveAsync(rounds)}");
        }

        Assert.Empty(anomalies.Take(20));
    }

    private static async Task<string> SaveAsync(SoakRounds rounds)
    {
        var path = Path.Combine(AppContext.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"soak-{Seed}.jsonl"));
        await rounds.SaveHistoryAsync(path);
        return path;
    }

    private static int? NumberOf(string variable) => int.TryParse(
        Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
