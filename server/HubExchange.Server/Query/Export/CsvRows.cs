using System.Buffers;
using System.Text;

namespace HubExchange.Server.Query.Export;

/// <summary>
/// CSV as of RFC 4180, UTF-8 with byte order mark. A text that could run as a formula gets an apostrophe before it, a text of digits that a
/// spreadsheet program would shorten a tab; <c>hubctl push</c> takes both away again.
/// </summary>
internal sealed class CsvRows : RowWriter
{
    private const string LineEnd = "\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n\t");

    private readonly StreamWriter _text;

    public CsvRows(Stream output, IReadOnlyList<ExportColumn> columns)
    {
        _text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = LineEnd };
        for (var i = 0; i < columns.Count; i++)
        {
            Separate(i);
            WriteQuoted(columns[i].Heading);
        }

        _text.Write(LineEnd);
    }

    /// <inheritdoc />
    public override string ContentType => "text/csv; charset=utf-8";

    /// <inheritdoc />
    public override string Extension => "csv";

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<ExportCell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            Separate(i);
            var (kind, text) = cells[i];
            WriteQuoted(
                kind != CellKind.Text ? text
                : SpreadsheetText.IsFormula(text) ? $"'{text}"
                : SpreadsheetText.IsChanged(text) ? $"\t{text}"
                : text);
        }

        _text.Write(LineEnd);
    }

    // A note would be a row that is no record.
    /// <inheritdoc />
    public override void Complete(IEnumerable<(string Name, string Text)> notes) => _text.Flush();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
        }
    }

    private void Separate(int column)
    {
        if (column > 0)
        {
            _text.Write(',');
        }
    }

    private void WriteQuoted(string text)
    {
        if (text.AsSpan().IndexOfAny(Quoted) < 0 && (text.Length == 0 || (text[0] != ' ' && text[^1] != ' ')))
        {
            _text.Write(text);
            return;
        }

        _text.Write('"');
        _text.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        _text.Write('"');
    }
}
