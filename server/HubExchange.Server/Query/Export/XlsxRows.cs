using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace HubExchange.Server.Query.Export;

/// <summary>
/// A workbook (ECMA-376), written front to back without going back: sheets first, what lists them last. Texts are texts, whatever they
/// begin with; nothing in it is a formula.
/// </summary>
internal sealed class XlsxRows : RowWriter
{
    /// <summary>Rows of a sheet below its headings, as many as spreadsheet programs open.</summary>
    public const int MaxRows = 1_048_575;

    // Excel opens no workbook with a longer one.
    private const int MaxText = 32_767;

    private const string Ellipsis = "……(已截断,全文请导出 CSV)";

    // More digits than a spreadsheet program keeps.
    private const int MaxDigits = 15;

    private static readonly DateOnly DayZero = new(1899, 12, 30);

    // Before, programs disagree: one of them has a 29 February 1900.
    private static readonly DateOnly FirstDay = new(1900, 3, 1);

    private readonly ZipArchive _archive;
    private readonly IReadOnlyList<ExportColumn> _columns;
    private readonly string _name;
    private readonly int _maxRows;
    private readonly string[] _references;
    private readonly List<string> _sheets = [];
    private StreamWriter _text;
    private int _row;

    /// <param name="output">Takes the file; need not be seekable.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="name">Name of the sheet.</param>
    /// <param name="maxRows">Rows of a sheet.</param>
    public XlsxRows(Stream output, IReadOnlyList<ExportColumn> columns, string name, int maxRows = MaxRows)
    {
        _columns = columns;
        _name = name;
        _maxRows = maxRows;
        _references = [.. columns.Select((_, index) => XlsxParts.ColumnName(index))];
        _archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        _text = Begin();
    }

    /// <inheritdoc />
    public override string ContentType => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <inheritdoc />
    public override string Extension => "xlsx";

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<ExportCell> cells)
    {
        if (_row == _maxRows)
        {
            End();
            _text = Begin();
        }

        _row++;
        var number = (_row + 1).ToString(CultureInfo.InvariantCulture);
        _text.Write("<row>");
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Kind != CellKind.Empty)
            {
                Write(cells[i], _references[i], number);
            }
        }

        _text.Write("</row>");
    }

    /// <inheritdoc />
    public override void Complete(IEnumerable<(string Name, string Text)> notes)
    {
        End();
        _text = Open("说明");
        _text.Write(XlsxParts.SheetOf([18, 90]));
        foreach (var (row, (name, text)) in notes.Index())
        {
            var number = (row + 1).ToString(CultureInfo.InvariantCulture);
            _text.Write("<row>");
            WriteText(name, "A", number, XlsxParts.HeadingStyle);
            WriteText(text, "B", number, XlsxParts.TextStyle);
            _text.Write("</row>");
        }

        End();
        foreach (var (path, xml) in XlsxParts.Around(_sheets))
        {
            using var part = new StreamWriter(_archive.CreateEntry(path, CompressionLevel.Fastest).Open());
            part.Write(xml);
        }

        _archive.Dispose();
    }

    // After an error the archive is left as it is: completing it would make a part look whole.
    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
        }
    }

    private StreamWriter Begin()
    {
        _row = 0;
        var text = Open(_sheets.Count == 0 ? _name : string.Create(CultureInfo.InvariantCulture, $"{_name} {_sheets.Count + 1}"));
        text.Write(XlsxParts.SheetOf([.. _columns.Select(column => column.Width)], isHeadingFrozen: true));
        text.Write("<row>");
        _text = text;
        for (var i = 0; i < _columns.Count; i++)
        {
            WriteText(_columns[i].Heading, _references[i], "1", XlsxParts.HeadingStyle);
        }

        text.Write("</row>");
        return text;
    }

    private StreamWriter Open(string name)
    {
        _sheets.Add(name);
        var path = XlsxParts.PathOf(_sheets.Count);
        return new StreamWriter(_archive.CreateEntry(path, CompressionLevel.Fastest).Open(), bufferSize: 16 * 1024);
    }

    private void End()
    {
        _text.Write(XlsxParts.SheetEnd);
        _text.Dispose();
    }

    private void Write(ExportCell cell, string column, string row)
    {
        if (cell.Kind == CellKind.Number && cell.Text.Count(char.IsAsciiDigit) <= MaxDigits)
        {
            WriteValue(cell.Text, column, row, XlsxParts.PlainStyle);
        }
        else if (cell.Kind == CellKind.Date &&
            DateOnly.TryParseExact(cell.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day >= FirstDay)
        {
            WriteValue((day.DayNumber - DayZero.DayNumber).ToString(CultureInfo.InvariantCulture), column, row, XlsxParts.DateStyle);
        }
        else
        {
            WriteText(cell.Text, column, row, SpreadsheetText.IsFormula(cell.Text) ? XlsxParts.QuotedStyle : XlsxParts.TextStyle);
        }
    }

    private void WriteValue(string value, string column, string row, int style)
    {
        WriteReference(column, row, style);
        _text.Write("\"><v>");
        _text.Write(value);
        _text.Write("</v></c>");
    }

    private void WriteText(string text, string column, string row, int style)
    {
        WriteReference(column, row, style);
        _text.Write("\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        _text.Write(XlsxParts.Escape(text.Length <= MaxText ? text : text[..(MaxText - Ellipsis.Length)] + Ellipsis));
        _text.Write("</t></is></c>");
    }

    private void WriteReference(string column, string row, int style)
    {
        _text.Write("<c r=\"");
        _text.Write(column);
        _text.Write(row);
        _text.Write("\" s=\"");
        _text.Write((char)('0' + style));
    }
}
