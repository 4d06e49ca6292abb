using System.Collections.Concurrent;

namespace HubExchange.Server.Storage;

/// <summary>The fixed SQL statements, which are embedded <c>.sql</c> files next to the classes that use them.</summary>
internal static class SqlFiles
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <summary>Returns the text of a file. Kept in static fields, so that a missing file fails the start and not a call.</summary>
    /// <param name="path">Path in the project with forward slashes, e.g. <c>Storage/SchemaSync.Columns.sql</c>.</param>
    /// <exception cref="InvalidOperationException">There is no such file.</exception>
    public static string Read(string path) => Texts.GetOrAdd(path, static path =>
    {
        using var stream = typeof(SqlFiles).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"The SQL file '{path}' is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
