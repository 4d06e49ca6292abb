using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubExchange.Server.Tests.Storage;

/// <summary>A hub where nothing was configured but a folder.</summary>
public sealed class PrivatePostgresTests(ITestOutputHelper output)
{
    [Fact]
    public async Task HubWithADataFolderOnly_ComesUp_AndKeepsItsDataBetweenRuns()
    {
        using var folder = new DataFolder();
        string token;
        await using (var first = await StartHubAsync(folder.Path))
        {
            var admin = (await File.ReadAllTextAsync(Path.Combine(folder.Path, "admin.token"))).Trim();
            await using var client = Connect(first, folder, admin);
            Assert.Empty((await client.GetSchemaDiffAsync()).Statements);
            token = (await client.IssueTokenAsync("keeper", "auditor")).Token;
            await first.StopAsync();
        }

        await using var second = await StartHubAsync(folder.Path);
        await using var again = Connect(second, folder, token);

        Assert.Equal("keeper", (await again.GetCallerAsync()).Name);
        await second.StopAsync();
    }

    [Fact]
    public async Task SecondHubOnTheSameFolder_IsRefused()
    {
        using var folder = new DataFolder();
        await using var first = await StartAsync(folder.Path);

        var refused = await Assert.ThrowsAsync<StorageException>(() => StartAsync(folder.Path));

        Assert.Contains("正被另一个枢纽进程使用", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is in use by another hub", refused.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);

        // The first one has not suffered.
        await using var connection = new NpgsqlConnection(first.ConnectionString);
        await connection.OpenAsync();
    }

    [Fact]
    public async Task FolderThatWasLeft_CanBeTakenOver()
    {
        using var folder = new DataFolder();
        await (await StartAsync(folder.Path)).DisposeAsync();

        await using var second = await StartAsync(folder.Path);

        await using var connection = new NpgsqlConnection(second.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("show synchronous_commit", connection);
        Assert.Equal("on", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task HubThatCannotStart_LeavesTheFolderFree()
    {
        using var folder = new DataFolder();
        await Assert.ThrowsAsync<ValidationException>(() => StartHubAsync(folder.Path, "--Hosting:Port=70000"));

        await using var postgres = await StartAsync(folder.Path);

        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
    }

    [Fact]
    public async Task PathTooLongForASocket_WorksAllTheSame()
    {
        using var folder = new DataFolder();
        var deep = Directory.CreateDirectory(Path.Combine(folder.Path, new string('d', 60), new string('e', 60)));

        await using var postgres = await StartAsync(deep.FullName);

        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
    }

    [Fact]
    public async Task WrongBinaries_AreNamed()
    {
        using var folder = new DataFolder();

        var refused = await Assert.ThrowsAsync<StorageException>(() => PrivatePostgres.StartAsync(
            new StorageOptions { DataFolder = folder.Path, PostgresBinaries = "/no/such/folder" },
            NullLogger<PrivatePostgres>.Instance,
            CancellationToken.None));

        Assert.Contains("/no/such/folder", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Storage:PostgresBinaries", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderClosedToTheAccountOfTheDatabase_IsNamed()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only a hub that runs as root uses another account.");
        using var folder = new DataFolder(isOpen: false);

        var refused = await Assert.ThrowsAsync<StorageException>(() => StartAsync(Path.Combine(folder.Path, "data")));

        Assert.Contains($"chmod o+x '{folder.Path}'", refused.Message, StringComparison.Ordinal);
    }

    private static HubClient Connect(WebApplication hub, DataFolder folder, string token) => new(new HubClientOptions
    {
        Address = new Uri(hub.Urls.First()),
        CaFile = Path.Combine(folder.Path, "ca", "ca.pem"),
        Token = token,
    });

    private static async Task<WebApplication> StartHubAsync(string folder, params string[] settings)
    {
        var hub = await HubHost.BuildAsync(
            [$"--Storage:DataFolder={folder}", "--Hosting:Port=0", "--Logging:LogLevel:Default=Error", .. settings], CityEntityTypes.All);
        await hub.StartAsync();
        return hub;
    }

    // How long the very first start takes depends on the machine, so it is told and not judged.
    private async Task<PrivatePostgres> StartAsync(string folder)
    {
        var isNew = !Directory.Exists(Path.Combine(folder, "pg"));
        var watch = Stopwatch.StartNew();
        var postgres = await PrivatePostgres.StartAsync(
            new StorageOptions { DataFolder = folder }, NullLogger<PrivatePostgres>.Instance, CancellationToken.None);
        output.WriteLine($"{(isNew ? "initdb to ready" : "start to ready")}: {watch.ElapsedMilliseconds} ms");
        return postgres;
    }
}
