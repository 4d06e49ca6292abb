using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HubExchange.Server.Storage;

/// <summary>The files of the private cluster: where they are, how they are made.</summary>
internal sealed class PostgresCluster(string dataFolder, PostgresAccount account)
{
    // Longest path of a Unix socket in bytes, and what PostgreSQL adds to the folder.
    private const int MaxSocketPath = 107;
    private const string SocketFile = "/.s.PGSQL.5432";

    // Written once. The operator may change them later in postgresql.conf. Details and statements stay out of the log because they hold data.
    private static readonly string Settings = string.Create(
        CultureInfo.InvariantCulture,
        $"""

        # HubExchange
        synchronous_commit = on
        shared_buffers = {SharedMegabytes()}MB
        max_connections = 100
        max_wal_size = 4GB
        min_wal_size = 1GB
        wal_compression = lz4
        checkpoint_timeout = 15min
        random_page_cost = 1.1
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_error_verbosity = terse
        log_min_error_statement = panic
        log_checkpoints = off
        autovacuum_vacuum_scale_factor = 0.05

        """);

    private const int SmallestBuffers = 128;
    private const int LargestBuffers = 2048;

    /// <summary>Folder of the cluster.</summary>
    public string Folder { get; } = Path.Combine(dataFolder, "pg");

    /// <summary>Major version the cluster was made with, or null when there is none yet.</summary>
    public int? Major =>
        File.Exists(VersionFile) && int.TryParse(File.ReadAllText(VersionFile), CultureInfo.InvariantCulture, out var major) ? major : null;

    private string VersionFile => Path.Combine(Folder, "PG_VERSION");

    // An eighth of the memory there is: what does not fit is written to the files again and again while records come in.
    private static long SharedMegabytes() =>
        Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / (1024 * 1024), SmallestBuffers, LargestBuffers);

    /// <summary>Makes the cluster when there is none. An attempt that was cut short is thrown away.</summary>
    public async Task CreateAsync(string binaries, CancellationToken cancellationToken)
    {
        if (Major is not null)
        {
            return;
        }

        var unfinished = $"{Folder}.new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        await account.CreateFolderAsync(unfinished, cancellationToken);
        // The order of UTF-8 bytes is that of the characters, and comparing bytes is what every index does most.
        var (code, output) = await account.RunAsync(
            [
                Path.Combine(binaries, "initdb"), "-D", unfinished, "-U", PrivatePostgres.User, "-A", "trust",
                "--locale=C.UTF-8", "--lc-collate=C", "-E", "UTF8", "--data-checksums", "--no-instructions",
            ],
            cancellationToken);
        if (code != 0)
        {
            throw new StorageException($"无法创建数据库(initdb):{output}", $"The database could not be created (initdb): {output}");
        }

        await File.AppendAllTextAsync(Path.Combine(unfinished, "postgresql.conf"), Settings, cancellationToken);
        Directory.Move(unfinished, Folder);
    }

    /// <summary>Returns the private folder for the socket: the cluster's own, or a short one when that path is too long for a socket.</summary>
    public async Task<string> SocketFolderAsync(CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(Folder + SocketFile) <= MaxSocketPath)
        {
            return Folder;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folder)).AsSpan(0, 8));
        var folder = $"/tmp/hubexchange-{hash}";

        // Anybody can create folders there: one that is a link or somebody else's is not used.
        const string makePrivate = """mkdir -m 700 "$1" 2>/dev/null; [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && chmod 700 "$1" """;
        var (code, _) = await account.RunAsync(["/bin/sh", "-c", makePrivate, "sh", folder], cancellationToken);
        return code == 0 ? folder : throw new StorageException(
            $"文件夹“{folder}”属于其他用户,不能用于数据库套接字。请用 Storage:DataFolder 另选路径较短的文件夹。",
            $"The folder '{folder}' belongs to somebody else and cannot hold the database socket. Choose a folder with a shorter path with Storage:DataFolder.");
    }

    /// <summary>Process id of a database that runs on these files, or null. Only its own record of itself that is still true counts.</summary>
    public int? RunningProcess()
    {
        try
        {
            var file = Path.Combine(Folder, "postmaster.pid");
            return int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id) &&
                   File.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: false)?.FullName == Path.GetFullPath(Folder)
                ? id
                : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
