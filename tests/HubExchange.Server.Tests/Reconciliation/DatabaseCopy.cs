using System.Diagnostics;
using System.Globalization;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>A backup of a database, made while the hub works, and restored into another.</summary>
internal static class DatabaseCopy
{
    public static async Task MakeAsync(string from, string to, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        try
        {
            await RunAsync("pg_dump", from, cancellationToken, "--format=custom", $"--file={file}");
            await RunAsync(
                "pg_restore", to, cancellationToken, "--exit-on-error", "--no-owner", $"--dbname={new NpgsqlConnectionStringBuilder(to).Database}", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task RunAsync(string program, string database, CancellationToken cancellationToken, params string[] arguments)
    {
        var connection = new NpgsqlConnectionStringBuilder(database);
        var start = new ProcessStartInfo(Path.Combine(PostgresBinaries.Find("", null), program), arguments)
        {
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = connection.Host,
                ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = connection.Username,
                ["PGPASSWORD"] = connection.Password,
                ["PGDATABASE"] = connection.Database,
            },
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }
}
