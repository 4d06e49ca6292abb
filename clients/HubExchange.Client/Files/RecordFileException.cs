namespace HubExchange.Client.Files;

/// <summary>A file cannot be read at all: its format, encoding or headings are wrong.</summary>
/// <param name="path">The file.</param>
/// <param name="problems">Every problem found.</param>
public sealed class RecordFileException(string path, IReadOnlyList<FileProblem> problems)
    : Exception($"{path}: {string.Join("; ", problems.Select(problem => problem.Zh))}")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Every problem found.</summary>
    public IReadOnlyList<FileProblem> Problems { get; } = problems;

    internal static RecordFileException Of(string path, string zh, string en, int line = 0) =>
        new(path, [new FileProblem(line, "", zh, en)]);
}
