using System.Text.Json.Nodes;
using CliWrap.Buffered;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>A hub set up with nothing but hubctl, as its manual says: enrol the operator, push the reference data, enrol a county.</summary>
public sealed class CliHub : IAsyncLifetime
{
    /// <summary>The operator.</summary>
    public const string Center = "ND-CITY";

    /// <summary>A county.</summary>
    public const string County = "ND-420281";

    private static readonly string[] ReferenceTypes = ["region.division", "region.zone", "region.reporting_unit", "hub.node"];

    /// <summary>The hub.</summary>
    public HubProcess Hub { get; private set; } = null!;

    /// <summary>Runs hubctl against the hub.</summary>
    public Task<BufferedCommandResult> RunAsync(params IEnumerable<string> arguments) =>
        Programs.HubctlAsync(Hub.Folder, [.. arguments, "--hub", Hub.Address.ToString(), "--ca", Hub.CaFile]);

    /// <summary>Runs hubctl as a node.</summary>
    public Task<BufferedCommandResult> RunAsNodeAsync(string node, params IEnumerable<string> arguments) =>
        RunAsync([.. arguments, "--cert", PathOf($"{node}.crt"), "--key", PathOf($"{node}.key")]);

    /// <summary>Runs hubctl as the first administrator.</summary>
    public Task<BufferedCommandResult> RunAsAdminAsync(params IEnumerable<string> arguments) =>
        RunAsync([.. arguments, "--token", Hub.AdminToken]);

    /// <summary>Runs hubctl as the county with JSON as output, which must succeed.</summary>
    public async Task<JsonNode> JsonAsync(params IEnumerable<string> arguments) =>
        JsonNode.Parse(Succeeded(await RunAsNodeAsync(County, [.. arguments, "--output", "json"])).StandardOutput)!;

    /// <summary>A file in the folder of the test.</summary>
    public string PathOf(string name) => Path.Combine(Hub.Folder, "nodes", name);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Hub = await HubProcess.StartAsync();
        await EnrolAsync(Center);
        Succeeded(await RunAsNodeAsync(
            Center,
            ["push", .. ReferenceTypes.Select(type => Programs.Beside("huangshi", $"{type}.csv"))]));
        await EnrolAsync(County);
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

    /// <summary>Runs hubctl as a person of the bureau.</summary>
    public async Task<BufferedCommandResult> RunAsBureauAsync(params IEnumerable<string> arguments)
    {
        var issued = Succeeded(await RunAsAdminAsync("token", "issue", "zhang", "--role", "bureau", "--output", "json"));
        return await RunAsync([.. arguments, "--token", (string)JsonNode.Parse(issued.StandardOutput)!["token"]!]);
    }

    private async Task EnrolAsync(string node) => Succeeded(await RunAsAdminAsync("node", "enroll", node, "--out", PathOf("")));

    private static BufferedCommandResult Succeeded(BufferedCommandResult run)
    {
        Assert.True(run.ExitCode == 0, $"Exit code {run.ExitCode}: {run.StandardError}{run.StandardOutput}");
        return run;
    }
}
