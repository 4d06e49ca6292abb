using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HubExchange.Server.Query.Export;

/// <summary>The parts of a workbook that do not depend on its records (ECMA-376).</summary>
internal static partial class XlsxParts
{
    public const int PlainStyle = 0;
    public const int HeadingStyle = 1;

    /// <summary>Number format <c>@</c>: stays a text when somebody edits the cell.</summary>
    public const int TextStyle = 2;

    /// <summary>As if typed with an apostrophe, so that editing does not make a formula of it.</summary>
    public const int QuotedStyle = 3;
    public const int DateStyle = 4;

    public const string SheetEnd = "</sheetData></worksheet>";

    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";

    private const string Styles =
        $"""
        {Declaration}<styleSheet xmlns="{Main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>
        <fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>
        <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
        <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
        <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
        <cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
        <xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>
        <xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>
        """;

    /// <summary>Path of a sheet in the package.</summary>
    /// <param name="number">Its number, from 1.</param>
    public static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"xl/worksheets/sheet{number}.xml");

    /// <summary>What stands before the rows of a sheet.</summary>
    /// <param name="widths">Widths of its columns in characters.</param>
    /// <param name="isHeadingFrozen">The first row stays in view.</param>
    public static string SheetOf(IReadOnlyList<int> widths, bool isHeadingFrozen = false)
    {
        var columns = widths.Select((width, index) => string.Create(
            CultureInfo.InvariantCulture, $"<col min=\"{index + 1}\" max=\"{index + 1}\" width=\"{width}\" customWidth=\"1\"/>"));
        var view = isHeadingFrozen
            ? "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
            : "";
        return $"{Declaration}<worksheet xmlns=\"{Main}\">{view}<cols>{string.Concat(columns)}</cols><sheetData>";
    }

    /// <summary>The parts that list the sheets and say how cells look.</summary>
    public static IEnumerable<(string Path, string Xml)> Around(IReadOnlyList<string> sheets)
    {
        var numbers = Enumerable.Range(1, sheets.Count).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray();
        yield return ("xl/styles.xml", Styles);
        yield return ("xl/workbook.xml",
            $"{Declaration}<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets>" +
            string.Concat(numbers.Select((number, i) => $"<sheet name=\"{Escape(sheets[i])}\" sheetId=\"{number}\" r:id=\"s{number}\"/>")) +
            "</sheets></workbook>");
        yield return ("xl/_rels/workbook.xml.rels",
            $"{Declaration}<Relationships xmlns=\"{PackageRelations}\"><Relationship Id=\"styles\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/>" +
            string.Concat(numbers.Select(number => $"<Relationship Id=\"s{number}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>")) +
            "</Relationships>");
        yield return ("_rels/.rels",
            $"{Declaration}<Relationships xmlns=\"{PackageRelations}\"><Relationship Id=\"book\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        yield return ("[Content_Types].xml",
            $"{Declaration}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" +
            "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>" +
            $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{Types}.sheet.main+xml\"/>" +
            $"<Override PartName=\"/xl/styles.xml\" ContentType=\"{Types}.styles+xml\"/>" +
            string.Concat(numbers.Select(number => $"<Override PartName=\"/{PathOf(int.Parse(number, CultureInfo.InvariantCulture))}\" ContentType=\"{Types}.worksheet+xml\"/>")) +
            "</Types>");
    }

    /// <summary>Name of a column: A to Z, then AA.</summary>
    public static string ColumnName(int index) => index < 26 ? $"{(char)('A' + index)}" : ColumnName((index / 26) - 1) + (char)('A' + (index % 26));

    /// <summary>A text for XML. What XML cannot hold is written as <c>_x0001_</c>, and what looks like that is escaped itself.</summary>
    public static string Escape(string text)
    {
        var isPlain = true;
        foreach (var character in text)
        {
            isPlain &= character is not ('<' or '>' or '&' or '"' or '_' or < ' ' or '\uFFFE' or '\uFFFF');
        }

        if (isPlain)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in LooksEscaped().Replace(text, "_x005F$0"))
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\t' or '\n' => escaped.Append(character),
                < ' ' or '\uFFFE' or '\uFFFF' => escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)character:X4}_"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)")]
    private static partial Regex LooksEscaped();
}
