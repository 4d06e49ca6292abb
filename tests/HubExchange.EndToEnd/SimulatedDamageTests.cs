using System.Globalization;
using HubExchange.Client;
using HubExchange.V1;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>The nodes of a whole city attend; what is damaged on either side is found and mended (G12).</summary>
public sealed class SimulatedDamageTests(FilledHub filled) : IClassFixture<FilledHub>
{
    private const int Damage = 2;

    [Fact]
    public async Task DamageOnBothSides_IsFoundAndMended()
    {
        await AttendAsync("--once");
        await using var bureau = new HubClient(filled.Hub.Anonymous with { Token = filled.BureauToken });
        Assert.All(await bureau.ListReconciliationsAsync(pageSize: 1_000).ToListAsync(), run => Assert.Equal(ReconciliationState.Equal, run.State));

        // At the hub by hand: rows deleted and columns edited, of two nodes.
        await ExecuteAsync("delete from enterprise.organization where hub_key in (select max(hub_key) from enterprise.organization where hub_source = 'ND-420281') and hub_source = 'ND-420281'");
        await ExecuteAsync("update enterprise.organization set name = '被改' where (hub_key, hub_source) in (select hub_key, hub_source from enterprise.organization where hub_source <> 'HUB' order by hub_key desc, hub_source limit 6)");
        var before = (await bureau.ListReconciliationsAsync().FirstAsync()).Id;
        await AttendAsync("--once", "--damage", Damage.ToString(CultureInfo.InvariantCulture));

        var runs = await bureau.ListReconciliationsAsync(pageSize: 1_000).Where(run => run.Id > before).ToListAsync();
        Assert.All(runs, run => Assert.True(run.State is ReconciliationState.Equal or ReconciliationState.Mended, $"{run}"));
        var nodes = runs.Select(run => run.Source).Distinct().Count();
        Assert.InRange(runs.Sum(run => run.Forks), 5, 6);

        // One node has too few records to be damaged in every way.
        Assert.InRange(runs.Sum(run => run.Missing), ((nodes - 1) * Damage) + 1, (nodes * Damage) + 2);
        Assert.InRange(runs.Sum(run => run.Extra), (nodes - 1) * Damage, nodes * Damage);
        Assert.InRange(runs.Sum(run => run.Stale), 1, nodes * Damage);
        Assert.Equal(runs.Sum(run => run.Missing + run.Extra + run.Stale + run.Forks), runs.Sum(run => run.Mended));
    }

    [Fact]
    public async Task NodesThatAttend_GiveACertificateToShow_UntilTheyAreStopped()
    {
        var certificate = Path.Combine(filled.Hub.DataFolder, "reconciliation.json");
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var stop = new CancellationTokenSource();
        var running = CliWrap.Cli.Wrap("dotnet")
            .WithArguments([BuiltProgram.Find("HubExchange.Simulator", "hubexchange-simulator.dll"), .. Arguments, "--node", "ND-BANK01"])
            .WithValidation(CliWrap.CommandResultValidation.None)
            .ExecuteAsync(late.Token, stop.Token);
        await Eventually.HoldsAsync(() => File.Exists(certificate) && new FileInfo(certificate).Length > 0, "the certificate is there");

        var verified = await Programs.HubctlAsync(filled.Hub.Folder, "certificate", "verify", certificate, "--ca", filled.Hub.CaFile);

        Assert.True(verified.ExitCode == 0, verified.StandardError);
        Assert.Contains("ND-BANK01 ", verified.StandardOutput, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private string[] Arguments =>
    [
        "attend", "--hub", filled.Hub.Address.ToString(), "--ca", filled.Hub.CaFile, "--data", filled.Hub.DataFolder,
        "--reference", Programs.Beside("huangshi"),
        "--scale", FilledHub.Options.Scale.ToString(CultureInfo.InvariantCulture),
        "--dirty", FilledHub.Options.DirtyShare.ToString(CultureInfo.InvariantCulture),
    ];

    private async Task AttendAsync(params string[] arguments)
    {
        var run = await Programs.SimulatorAsync(filled.Hub.Folder, [.. Arguments, .. arguments]);
        Assert.True(run.ExitCode == 0, run.StandardError + run.StandardOutput);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await filled.Hub.ConnectToDatabaseAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.True(await command.ExecuteNonQueryAsync() > 0);
    }
}
