using System.Text;
using HubExchange.Contracts.Entities;

namespace HubExchange.Client.Files;

/// <summary>
/// A file of records of one type: a spreadsheet saved as CSV or TSV, or JSON Lines. UTF-8 (with or without byte order mark), UTF-16
/// with mark and GB18030/GBK are recognised. Rows are streamed; a file may be larger than memory.
/// </summary>
public sealed class RecordFile
{
    private readonly Column[] _columns;
    private readonly Encoding _encoding;

    private RecordFile(string path, EntityType type, Encoding encoding, IReadOnlyList<string> headings, Column[] columns)
    {
        Path = path;
        Type = type;
        Headings = headings;
        _encoding = encoding;
        _columns = columns;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Type of every record in it.</summary>
    public EntityType Type { get; }

    /// <summary>The heading row as it stands in the file; empty for JSON Lines.</summary>
    public IReadOnlyList<string> Headings { get; }

    /// <summary>Name of the encoding that was recognised, e.g. <c>utf-8</c> or <c>gb18030</c>.</summary>
    public string EncodingName => _encoding.WebName;

    /// <summary>The file is JSON Lines.</summary>
    public bool IsJson => IsJsonLines(Path);

    /// <summary>Recognises the encoding and reads the headings of a file.</summary>
    /// <exception cref="RecordFileException">The format, the encoding or the headings are wrong; the exception lists every problem.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static RecordFile Open(string path, EntityType type)
    {
        if (System.IO.Path.GetExtension(path).ToLowerInvariant() is ".xlsx" or ".xls" or ".et" or ".ods")
        {
            throw RecordFileException.Of(path,
                "不能直接读取工作簿,请在表格软件中另存为“CSV UTF-8(逗号分隔)”。",
                "Workbooks are not read directly; save the sheet as 'CSV UTF-8 (comma delimited)'.");
        }

        var encoding = TextEncoding.Detect(path);
        if (IsJsonLines(path))
        {
            return new RecordFile(path, type, encoding, [], []);
        }

        var headings = SpreadsheetRows.ReadHeadings(path, encoding);
        var problems = new List<FileProblem>();
        var columns = Column.Read(type, headings, problems);
        return problems is []
            ? new RecordFile(path, type, encoding, headings, columns)
            : throw new RecordFileException(path, problems);
    }

    /// <summary>The type a file name stands for: <c>region.zone.csv</c> or <c>region.zone-2024.csv</c> is <c>region.zone</c>; else null.</summary>
    public static EntityType? TypeOf(string path, EntityTypes types)
    {
        var name = System.IO.Path.GetFileName(path);
        return types.All
            .Where(type => name.StartsWith(type.Id, StringComparison.OrdinalIgnoreCase) &&
                (name.Length == type.Id.Length || !(char.IsAsciiLetterOrDigit(name[type.Id.Length]) || name[type.Id.Length] == '_')))
            .MaxBy(type => type.Id.Length);
    }

    /// <summary>The headings a spreadsheet of this type may have: the Chinese labels, money with its usual unit.</summary>
    public static IReadOnlyList<string> HeadingsOf(EntityType type) =>
        [.. type.Fields.Select(field => Money.IsMoney(field) ? Money.HeadingsOf(field).First() : field.Label)];

    /// <summary>Reads the records from the start. May be called several times; every call opens the file anew.</summary>
    /// <exception cref="RecordFileException">The file is damaged from some row on.</exception>
    public IEnumerable<FileRow> ReadRows() => IsJson
        ? JsonRows.Read(Path, _encoding, Type)
        : SpreadsheetRows.Read(Path, _encoding, Type, _columns);

    private static bool IsJsonLines(string path) =>
        System.IO.Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson";
}
