using System.Text;
using HubExchange.Client.Files;

namespace HubExchange.Cli.Push;

/// <summary>
/// Writes the refused rows of a file beside it, with the reasons in two more columns. Mended, the file can be pushed as it is.
/// </summary>
internal static class ErrorsFile
{
    private static readonly string[] Remarks = ["错误", "Errors"];

    /// <returns>The path of the file, or null when no row was refused.</returns>
    public static string? Write(FilePush push, IEnumerable<RefusedRow> refused)
    {
        var reasons = Reasons(push, refused);
        if (reasons.Count == 0)
        {
            return null;
        }

        var path = Path.ChangeExtension(push.File.Path, ".errors.csv");
        var keep = KeptColumns(push.File);

        // The mark makes spreadsheet programs read UTF-8.
        using var output = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)) { NewLine = "\r\n" };
        WriteRow(output, push.File.IsJson ? ["行 Line", "JSON", .. Remarks] : [.. keep.Select(index => push.File.Headings[index]), .. Remarks]);
        foreach (var row in push.File.ReadRows())
        {
            if (reasons.TryGetValue(row.Line, out var reason))
            {
                string[] cells = push.File.IsJson
                    ? [$"{row.Line}", row.Cells[0]]
                    : [.. keep.Select(index => index < row.Cells.Count ? row.Cells[index] : "")];
                WriteRow(output, [.. cells, string.Join("; ", reason.Zh), string.Join("; ", reason.En)]);
            }
        }

        return path;
    }

    private static Dictionary<int, (List<string> Zh, List<string> En)> Reasons(FilePush push, IEnumerable<RefusedRow> refused)
    {
        var reasons = new Dictionary<int, (List<string> Zh, List<string> En)>();
        foreach (var problem in push.Problems)
        {
            Add(problem.Line, $"{problem.Column} {problem.Zh}".Trim(), $"{problem.Column} {problem.En}".Trim());
        }

        foreach (var row in refused.Where(row => row.Push == push))
        {
            foreach (var violation in row.Violations)
            {
                Add(row.Line, $"{violation.Field} {violation.MessageZh}".Trim(), $"{violation.Field} {violation.MessageEn}".Trim());
            }
        }

        return reasons;

        void Add(int line, string zh, string en)
        {
            if (!reasons.TryGetValue(line, out var texts))
            {
                reasons.Add(line, texts = ([], []));
            }

            texts.Zh.Add(zh);
            texts.En.Add(en);
        }
    }

    // The remarks of an earlier attempt make room for those of this one.
    private static int[] KeptColumns(RecordFile file) =>
    [
        .. Enumerable.Range(0, file.Headings.Count)
            .Where(index => !Remarks.Contains(file.Headings[index].Trim(), StringComparer.OrdinalIgnoreCase)),
    ];

    private static void WriteRow(StreamWriter output, IEnumerable<string> cells) =>
        output.WriteLine(string.Join(',', cells.Select(Quote)));

    private static string Quote(string cell)
    {
        var safe = Defuse(cell);
        return safe.AsSpan().IndexOfAny(",\"\r\n\t") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    // A cell from elsewhere must not run as a formula; reading takes the apostrophe away again. Negative numbers stay as they are.
    private static string Defuse(string cell) => cell switch
    {
        ['=' or '+' or '@' or '\t' or '\r', ..] => "'" + cell,
        ['-', var next, ..] when !char.IsAsciiDigit(next) => "'" + cell,
        _ => cell,
    };
}
