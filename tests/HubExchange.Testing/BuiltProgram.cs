namespace HubExchange.Testing;

/// <summary>Finds the programs of the product where the build of the tests put them: each in its own folder with all it needs.</summary>
public static class BuiltProgram
{
    /// <summary>Path of a program, built with the same configuration as the tests.</summary>
    /// <param name="project">Project, e.g. <c>HubExchange.Server</c>.</param>
    /// <param name="assembly">Its file, e.g. <c>hubexchange.dll</c>.</param>
    public static string Find(string project, string assembly)
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var built = Path.Combine(configuration.Parent!.Parent!.FullName, project, configuration.Name, assembly);
        return File.Exists(built)
            ? built
            : throw new FileNotFoundException($"{project} is not built for {configuration.Name}. Build the tests, which builds it, too.", built);
    }
}
