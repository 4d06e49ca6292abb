using System.Globalization;
using System.Text.Json;
using CliWrap.Buffered;
using HubExchange.Simulator.Generation;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>A hub that the simulator has filled with the reference data and a small city.</summary>
public sealed class FilledHub : IAsyncLifetime
{
    /// <summary>The city in the hub.</summary>
    public static readonly CityOptions Options = new() { Scale = 0.1, DirtyShare = 0.05 };

    /// <summary>The hub.</summary>
    public HubProcess Hub { get; private set; } = null!;

    /// <summary>Token of a person of the bureau.</summary>
    public string BureauToken { get; private set; } = "";

    /// <summary>Runs <c>fill</c>, which checks by itself that the hub did what it had to.</summary>
    public async Task<BufferedCommandResult> FillAsync() => await Programs.SimulatorAsync(
        Hub.Folder,
        "fill", "--hub", Hub.Address.ToString(), "--ca", Hub.CaFile, "--admin-token-file", Hub.AdminTokenFile,
        "--data", Hub.DataFolder, "--reference", Programs.Beside("huangshi"),
        "--scale", Options.Scale.ToString(CultureInfo.InvariantCulture),
        "--dirty", Options.DirtyShare.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Hub = await HubProcess.StartAsync();
        var filled = await FillAsync();
        Assert.True(filled.ExitCode == 0, filled.StandardError + filled.StandardOutput);

        using var demo = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Hub.DataFolder, "demo.json")));
        BureauToken = demo.RootElement.GetProperty("tokens").GetProperty("bureau").GetString()!;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Null when the hub did not start.
        if (Hub is not null)
        {
            await Hub.DisposeAsync();
        }
    }
}
