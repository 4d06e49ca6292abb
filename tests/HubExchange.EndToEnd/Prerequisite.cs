namespace HubExchange.EndToEnd;

/// <summary>Software of others that some tests need. Without it they are skipped; on CI that is a failure.</summary>
internal static class Prerequisite
{
    // Debian's own interpreter: the packages of Debian are installed for it alone.
    private const string DebianPython = "/usr/bin/python3";

    /// <summary>The interpreter, when it has the given modules.</summary>
    public static async Task<string> PythonAsync(string modules, string packages)
    {
        var has = File.Exists(DebianPython) &&
            (await Programs.RunAsync(DebianPython, Path.GetTempPath(), ["-c", $"import {modules}"])).ExitCode == 0;
        return has ? DebianPython : throw Missing($"{packages} of Debian");
    }

    /// <summary>buf, from the search path or where <c>tests/run</c> installs it.</summary>
    public static string Buf()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "node", "node_modules", ".bin", "buf");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return Programs.Find("buf") ?? throw Missing("buf");
    }

    /// <summary>Skips the test; on CI the result is to be thrown.</summary>
    public static InvalidOperationException Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"没有 {what}。 {what} is missing.");
        }

        return new InvalidOperationException($"{what} is missing.");
    }
}
