using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.Benchmarks.Load;

/// <summary>
/// A hub that the simulator has filled with two years of a city, one after the other: what both years report has an older version.
/// Vacuumed and analysed, as autovacuum leaves it some minutes later.
/// </summary>
internal sealed class FilledCity : IAsyncDisposable
{
    private const int FirstYear = 2020;
    private const int LastYear = 2021;

    private GrpcChannel? _channel;

    private FilledCity(HubUnderTest hub)
    {
        Hub = hub;
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = hub.PostgresFolder,
            Username = "hub",
            Database = "hub",
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timezone = "UTC",
            CommandTimeout = 600,

            // As the hub's own connections have it, so that no plan is made twice on either side, and a page comes in as few pieces.
            MaxAutoPrepare = 100,
            ReadBufferSize = 64 * 1024,
            NoResetOnClose = true,
        }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>The hub.</summary>
    public HubUnderTest Hub { get; }

    /// <summary>How to connect to its database.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections to its database, for SQL written by hand.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Calls as a person of the bureau, over one TLS connection.</summary>
    public CallInvoker Bureau { get; private set; } = null!;

    /// <summary>An instant, UTC, at which the first year was stored and nothing of the second.</summary>
    public DateTime BetweenYears { get; private set; }

    /// <summary>Keys of 2,000 organisations in random order, which is the same in every run.</summary>
    public IReadOnlyList<string> Organizations { get; private set; } = [];

    /// <summary>Starts a hub and fills it.</summary>
    public static async Task<FilledCity> StartAsync(double scale, CancellationToken cancellationToken)
    {
        var city = new FilledCity(await HubUnderTest.StartEmptyAsync());
        try
        {
            var began = Stopwatch.GetTimestamp();
            await city.FillAsync(scale, FirstYear, cancellationToken);
            city.BetweenYears = await city.DataSource.ScalarAsync<DateTime>("select clock_timestamp()", cancellationToken);
            await city.FillAsync(scale, LastYear, cancellationToken);
            await city.DataSource.ScalarAsync<object>("vacuum (analyze)", cancellationToken);
            await city.Hub.CheckpointAsync(cancellationToken);
            await city.PrepareAsync(cancellationToken);
            var changes = await city.DataSource.ScalarAsync<long>("select count(*) from hub.change", cancellationToken);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"\n城市规模 {scale}:{changes:N0} 个版本,{Stopwatch.GetElapsedTime(began).TotalSeconds:N0} 秒装入。 A city of scale {scale}: {changes:N0} versions, loaded in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s."));
            return city;
        }
        catch
        {
            await city.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await DataSource.DisposeAsync();
        await Hub.DisposeAsync();
    }

    private async Task FillAsync(double scale, int year, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                BuiltProgram.Find("HubExchange.Simulator", "hubexchange-simulator.dll"), "fill",
                "--hub", Hub.Process.Address.ToString(), "--ca", Hub.Process.CaFile, "--admin-token-file", Hub.Process.AdminTokenFile,
                "--data", Hub.Process.DataFolder, "--reference", Path.Combine(AppContext.BaseDirectory, "huangshi"),
                "--scale", scale.ToString(CultureInfo.InvariantCulture), "--dirty", "0",
                "--year", year.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var simulator = Process.Start(start)!;
        try
        {
            var output = simulator.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = simulator.StandardError.ReadToEndAsync(cancellationToken);
            await simulator.WaitForExitAsync(cancellationToken);
            if (simulator.ExitCode != 0)
            {
                throw new InvalidOperationException($"The simulator failed: {await errors}{await output}");
            }
        }
        finally
        {
            if (!simulator.HasExited)
            {
                simulator.Kill();
            }
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(Hub.Process.DataFolder, "demo.json"));
        using var demo = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
        var token = demo.RootElement.GetProperty("tokens").GetProperty("bureau").GetString();
        _channel = Hub.Connect();
        Bureau = _channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {token}");
            return headers;
        });

        Organizations = await DataSource.ScalarAsync<string[]>(
            """
            select array(
              select hub_key from enterprise.organization where hub_consolidated order by md5(hub_key) limit 2000)
            """,
            cancellationToken);
    }
}
