using System.Text;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using Sylvan.Data.Csv;

namespace HubExchange.Client.Files;

/// <summary>Reads a CSV (comma) or TSV (tab) file with a heading row.</summary>
internal static class SpreadsheetRows
{
    private const int BufferSize = 1 << 16;

    /// <summary>Longest row in characters.</summary>
    private const int MaxRowLength = 1 << 22;

    /// <summary>Reads the heading row only.</summary>
    public static string[] ReadHeadings(string path, Encoding encoding) =>
        ReadCells(path, encoding).Select(row => row.Cells).FirstOrDefault() ??
        throw RecordFileException.Of(path, "文件是空的,第一行应为列名。", "The file is empty; its first row should hold the headings.");

    public static IEnumerable<FileRow> Read(string path, Encoding encoding, EntityType type, Column[] columns)
    {
        foreach (var (line, cells) in ReadCells(path, encoding).Skip(1))
        {
            if (!cells.All(string.IsNullOrWhiteSpace))
            {
                yield return ReadRow(type, columns, line, cells);
            }
        }
    }

    private static FileRow ReadRow(EntityType type, Column[] columns, int line, string[] cells)
    {
        var record = type.Message.Parser.ParseFrom(ByteString.Empty);
        var problems = new List<FileProblem>();
        if (cells.Length > columns.Length && cells.Skip(columns.Length).Any(cell => !string.IsNullOrWhiteSpace(cell)))
        {
            problems.Add(new FileProblem(line, "",
                $"有 {cells.Length} 个单元格,但列名只有 {columns.Length} 个。含逗号的内容须加双引号。",
                $"{cells.Length} cells under {columns.Length} headings. Put text with commas into double quotes."));
        }

        for (var i = 0; i < Math.Min(columns.Length, cells.Length); i++)
        {
            if (columns[i].Field is null || CellText.Clean(cells[i]) is not { Length: > 0 } text)
            {
                continue;
            }

            try
            {
                CellReader.Read(type, columns[i], text, record);
            }
            catch (CellException exception)
            {
                problems.Add(new FileProblem(line, columns[i].Heading.Trim(), exception.Zh, exception.En));
            }
        }

        KeyCheck.Check(type, record, line, problems);
        return new FileRow(line, problems is [] ? record : null, problems, cells);
    }

    private static IEnumerable<(int Line, string[] Cells)> ReadCells(string path, Encoding encoding)
    {
        using var text = new StreamReader(path, encoding, detectEncodingFromByteOrderMarks: true, BufferSize);
        using var csv = OpenCsv(path, encoding, text);
        for (var line = 1; ReadNext(path, csv, line); line++)
        {
            var cells = new string[csv.RowFieldCount];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = csv.GetString(i);
            }

            yield return (line, cells);
        }
    }

    private static CsvDataReader OpenCsv(string path, Encoding encoding, StreamReader text)
    {
        try
        {
            return CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = Delimiter(path, encoding),
                BufferSize = BufferSize,
                MaxBufferSize = MaxRowLength,

                // Records may well start with '#'; nothing in a spreadsheet is a comment.
                Comment = '\0',
            });
        }
        catch (Exception exception) when (exception is CsvFormatException or DecoderFallbackException)
        {
            throw Unreadable(path, exception, 1);
        }
    }

    private static bool ReadNext(string path, CsvDataReader csv, int line)
    {
        try
        {
            return csv.Read();
        }
        catch (Exception exception) when (exception is CsvFormatException or DecoderFallbackException)
        {
            throw Unreadable(path, exception, line);
        }
    }

    private static RecordFileException Unreadable(string path, Exception exception, int line) => exception is DecoderFallbackException
        ? RecordFileException.Of(path,
            $"第 {line} 行附近的字符既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8”。",
            $"Characters near row {line} are neither UTF-8 nor GB18030. Save the file as 'CSV UTF-8'.", line)
        : RecordFileException.Of(path,
            $"第 {line} 行的引号或长度有误:{exception.Message}",
            $"Row {line} has wrong quotes or is too long: {exception.Message}", line);

    private static char Delimiter(string path, Encoding encoding)
    {
        if (path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase))
        {
            return '\t';
        }

        // Spreadsheet programs also write tabs under the name .csv and .txt ("Unicode text").
        using var text = new StreamReader(path, encoding, detectEncodingFromByteOrderMarks: true, BufferSize);
        return text.ReadLine() is { } first && first.Contains('\t') && !first.Contains(',') ? '\t' : ',';
    }
}
