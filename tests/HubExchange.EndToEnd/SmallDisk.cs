using System.Diagnostics;
using System.Globalization;

namespace HubExchange.EndToEnd;

/// <summary>A file system of its own, small enough to be filled. Mounting takes root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabyte = 1024 * 1024;

    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <summary>Mounts one on a folder, or skips the test.</summary>
    public static SmallDisk Mount(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var size = megabytes.ToString(CultureInfo.InvariantCulture);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}m,mode=755", "tmpfs", folder)
            ? new SmallDisk(folder)
            : throw Prerequisite.Missing("root, to mount a small disk");
    }

    /// <summary>Takes up everything that is free.</summary>
    public void Fill()
    {
        // Without a buffer, which could not be written when the file is closed.
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var zeros = new byte[Megabyte / 4];
        for (var length = zeros.Length; length > 0; length /= 2)
        {
            Write(file, zeros.AsSpan(0, length));
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc />
    public void Dispose() => Run("umount", "-l", _folder);

    // Bounded by the size of the disk.
    private static void Write(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (true)
            {
                file.Write(bytes);
            }
        }
        catch (IOException)
        {
            // No room for this many; the caller tries with fewer.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
