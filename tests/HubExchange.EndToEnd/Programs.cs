using CliWrap;
using CliWrap.Buffered;
using HubExchange.Testing;

namespace HubExchange.EndToEnd;

/// <summary>Runs programs the way people run them: as processes, with a limit after which they are ended.</summary>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The command line of the hub.</summary>
    public static Task<BufferedCommandResult> HubctlAsync(string folder, params IEnumerable<string> arguments) =>
        RunAsync("dotnet", folder, [BuiltProgram.Find("HubExchange.Cli", "hubctl.dll"), .. arguments]);

    /// <summary>The simulator.</summary>
    public static Task<BufferedCommandResult> SimulatorAsync(string folder, params IEnumerable<string> arguments) =>
        RunAsync("dotnet", folder, [BuiltProgram.Find("HubExchange.Simulator", "hubexchange-simulator.dll"), .. arguments]);

    /// <summary>Any program. Its exit code is the caller's to judge.</summary>
    public static async Task<BufferedCommandResult> RunAsync(string program, string folder, IEnumerable<string> arguments)
    {
        using var late = new CancellationTokenSource(Limit);
        return await CliWrap.Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables => variables
                .Set("NO_COLOR", "1")
                .Set("HUBCTL_HUB", null).Set("HUBCTL_CA", null).Set("HUBCTL_TOKEN", null).Set("HUBCTL_CERT", null).Set("HUBCTL_KEY", null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(System.Text.Encoding.UTF8, late.Token);
    }

    /// <summary>A file beside the tests.</summary>
    public static string Beside(params string[] path) => Path.Combine([AppContext.BaseDirectory, .. path]);

    /// <summary>A program of the search path, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
