using System.Globalization;

namespace HubExchange.Server.Storage;

/// <summary>Finds the installed programs of PostgreSQL.</summary>
internal static class PostgresBinaries
{
    private const string Variable = "HUB_PGBIN";

    /// <summary>Returns the folder with <c>initdb</c> and <c>postgres</c>.</summary>
    /// <param name="configured">Folder from the configuration, or empty.</param>
    /// <param name="major">Version an existing cluster was made with; preferred. Null for a new cluster: the newest is taken.</param>
    /// <exception cref="StorageException">PostgreSQL is not installed, or not where the configuration says.</exception>
    public static string Find(string configured, int? major)
    {
        var told = configured.Length > 0 ? configured : Environment.GetEnvironmentVariable(Variable) ?? "";
        if (told.Length > 0)
        {
            return IsComplete(told) ? Path.GetFullPath(told) : throw new StorageException(
                $"“{told}”中没有 initdb 和 postgres。请改正 Storage:PostgresBinaries 或环境变量 {Variable}。",
                $"'{told}' does not hold initdb and postgres. Correct Storage:PostgresBinaries or the environment variable {Variable}.");
        }

        var installed = Installed().Where(candidate => IsComplete(candidate.Folder)).ToList();
        return installed.Find(candidate => candidate.Major == major).Folder
            ?? installed.FirstOrDefault().Folder
            ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).FirstOrDefault(IsComplete)
            ?? throw new StorageException(
                "没有找到 PostgreSQL。请执行 apt-get install postgresql-15,或用 ./server/run 启动(会自动安装);" +
                "也可用 Storage:ConnectionString 指定已有的数据库。",
                "PostgreSQL was not found. Run apt-get install postgresql-15, or start with ./server/run, which installs it; " +
                "or name an existing database in Storage:ConnectionString.");
    }

    // Newest first. Debian keeps one folder per version, the packages of the PostgreSQL project for RPM systems, too.
    private static IEnumerable<(int Major, string Folder)> Installed() =>
        Folders("/usr/lib/postgresql", "")
            .Concat(Folders("/usr", "pgsql-"))
            .OrderByDescending(candidate => candidate.Major);

    private static IEnumerable<(int Major, string Folder)> Folders(string parent, string prefix)
    {
        if (!Directory.Exists(parent))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories(parent, $"{prefix}*"))
        {
            if (int.TryParse(Path.GetFileName(folder)[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var major))
            {
                yield return (major, Path.Combine(folder, "bin"));
            }
        }
    }

    private static bool IsComplete(string folder) =>
        folder.Length > 0 && File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));
}
