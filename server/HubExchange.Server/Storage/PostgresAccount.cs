using System.Diagnostics;

namespace HubExchange.Server.Storage;

/// <summary>
/// The account the private PostgreSQL runs under: the hub's own, or an unprivileged one when the hub is root, because PostgreSQL
/// refuses to run as root.
/// </summary>
internal sealed class PostgresAccount
{
    private static readonly string[] Unprivileged = ["postgres", "nobody"];

    private static readonly string[] ProgramFolders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    private readonly string[] _prefix;

    private PostgresAccount(string name, string ids, params string[] prefix)
    {
        Name = name;
        Ids = ids;
        _prefix = prefix;
    }

    /// <summary>Name of the account.</summary>
    public string Name { get; }

    /// <summary>Differs from the hub's own account.</summary>
    public bool IsOther => _prefix.Length > 0;

    // "uid:gid" of the other account.
    private string Ids { get; }

    /// <summary>Chooses the account.</summary>
    /// <exception cref="StorageException">The hub is root and there is no way to run a program as somebody else.</exception>
    public static PostgresAccount Choose()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new PostgresAccount(Environment.UserName, "");
        }

        var known = File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(parts => parts.Length > 3)
            .ToList();
        foreach (var account in Unprivileged.Select(name => known.Find(parts => parts[0] == name)).OfType<string[]>())
        {
            var (name, uid, gid) = (account[0], account[2], account[3]);
            if (Program("setpriv") is { } setpriv)
            {
                return new PostgresAccount(name, $"{uid}:{gid}", setpriv, $"--reuid={uid}", $"--regid={gid}", "--clear-groups", "--");
            }

            if (Program("runuser") is { } runuser)
            {
                return new PostgresAccount(name, $"{uid}:{gid}", runuser, "-u", name, "--");
            }
        }

        throw new StorageException(
            "PostgreSQL 不能以 root 运行,且本机没有可用的 postgres 或 nobody 账户(以及 setpriv 或 runuser)。" +
            "请以普通用户启动枢纽,或用 Storage:ConnectionString 指定已有的数据库。",
            "PostgreSQL does not run as root, and this machine has no account postgres or nobody (with setpriv or runuser) to use instead. " +
            "Start the hub as an ordinary user, or name an existing database in Storage:ConnectionString.");
    }

    /// <summary>A command that runs under the account.</summary>
    public ProcessStartInfo Command(params IEnumerable<string> command)
    {
        string[] all = [.. _prefix, .. command];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            // The hub's own working directory may be closed to the account.
            WorkingDirectory = "/",
        };

        // PGPORT, PGDATA and the like of the operator's shell must not reach the private cluster.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        // Reasons of a failure are recognised by their English text.
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Runs a command under the account to its end and returns its exit code and everything it wrote.</summary>
    public Task<(int Code, string Output)> RunAsync(IEnumerable<string> command, CancellationToken cancellationToken) =>
        RunAsync(Command(command), cancellationToken);

    /// <summary>Creates a folder that only the account may enter.</summary>
    public async Task CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        const string create = """mkdir -m 700 "$1" && { [ -z "$2" ] || chown "$2" "$1"; }""";
        var shell = new ProcessStartInfo("/bin/sh", ["-c", create, "sh", path, Ids])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var (code, output) = await RunAsync(shell, cancellationToken);
        if (code != 0)
        {
            throw new StorageException(
                $"无法为账户 {Name} 创建文件夹“{path}”:{output}",
                $"The folder '{path}' cannot be created for the account {Name}: {output}");
        }
    }

    /// <summary>Finds out whether the account can reach a folder.</summary>
    /// <exception cref="StorageException">A folder on the way is closed to the account.</exception>
    public async Task CheckReachableAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsOther)
        {
            return;
        }

        var ancestors = new List<string>();
        for (var ancestor = new DirectoryInfo(folder); ancestor is not null; ancestor = ancestor.Parent)
        {
            ancestors.Insert(0, ancestor.FullName);
        }

        const string firstClosed = """for d; do [ -x "$d" ] || { printf %s "$d"; exit 1; }; done""";
        var (code, closed) = await RunAsync(["/bin/sh", "-c", firstClosed, "sh", .. ancestors], cancellationToken);
        if (code != 0)
        {
            throw new StorageException(
                $"枢纽以 root 运行,数据库以账户 {Name} 运行,但该账户不能进入“{closed}”。" +
                $"请执行 chmod o+x '{closed}',或用 Storage:DataFolder 另选文件夹(如 /var/lib/hubexchange),或以普通用户启动枢纽。",
                $"The hub runs as root and its database as {Name}, who cannot enter '{closed}'. " +
                $"Run chmod o+x '{closed}', or choose another folder (such as /var/lib/hubexchange) with Storage:DataFolder, or start the hub as an ordinary user.");
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, (await output + await error).Trim());
    }

    private static string? Program(string name) =>
        ProgramFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
