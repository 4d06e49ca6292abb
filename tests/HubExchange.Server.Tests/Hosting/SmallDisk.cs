using System.Diagnostics;

namespace HubExchange.Server.Tests.Hosting;

/// <summary>A disk of 64 MiB in memory, gone in the end. Only root can make one: without it the test is skipped, on CI it fails.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabytes = 64;

    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    public static async Task<SmallDisk> MountAsync()
    {
        var folder = Directory.CreateTempSubdirectory("hubexchange-disk-").FullName;
        var problem = OperatingSystem.IsLinux()
            ? await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", folder)
            : "it is made on Linux only";
        if (problem is null)
        {
            return new SmallDisk(folder);
        }

        Directory.Delete(folder);
        if (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"无法挂载内存盘。 No disk could be mounted: {problem}");
        }

        throw new InvalidOperationException($"No disk could be mounted: {problem}");
    }

    /// <summary>Takes so much of it, be that more than before or less.</summary>
    public void Fill(int megabytes)
    {
        var block = new byte[1024 * 1024];
        using var file = new FileStream(Path.Combine(Folder, "ballast"), FileMode.OpenOrCreate);
        file.SetLength(Math.Min(file.Length, (long)megabytes * block.Length));
        file.Seek(0, SeekOrigin.End);
        while (file.Length < (long)megabytes * block.Length)
        {
            file.Write(block);
            file.Flush();
        }
    }

    /// <summary>Gives it back.</summary>
    public void Free() => File.Delete(Path.Combine(Folder, "ballast"));

    /// <inheritdoc />
    public void Dispose()
    {
        var problem = RunAsync("umount", Folder).GetAwaiter().GetResult();
        if (problem is not null)
        {
            throw new InvalidOperationException($"{Folder} stays mounted: {problem}");
        }

        Directory.Delete(Folder);
    }

    private static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : error.Trim();
    }
}
