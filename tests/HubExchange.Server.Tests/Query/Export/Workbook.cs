using System.IO.Compression;
using System.Xml.Linq;

namespace HubExchange.Server.Tests.Query.Export;

/// <summary>Reads a workbook as a spreadsheet program would: sheets in their order, cells with type, style and text.</summary>
internal sealed class Workbook
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly XNamespace Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static readonly XNamespace Package = "http://schemas.openxmlformats.org/package/2006/relationships";

    public Workbook(System.IO.Stream file)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        var targets = Load(archive, "xl/_rels/workbook.xml.rels").Root!.Elements(Package + "Relationship")
            .ToDictionary(relation => relation.Attribute("Id")!.Value, relation => relation.Attribute("Target")!.Value);
        Styles = [.. Load(archive, "xl/styles.xml").Root!.Element(Main + "cellXfs")!.Elements()];
        foreach (var sheet in Load(archive, "xl/workbook.xml").Root!.Element(Main + "sheets")!.Elements())
        {
            var xml = Load(archive, $"xl/{targets[sheet.Attribute(Relations + "id")!.Value]}");
            Assert.Empty(xml.Descendants(Main + "f"));
            Sheets.Add((sheet.Attribute("name")!.Value, [.. xml.Descendants(Main + "row").Select(Row)]));
        }

        Parts = [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>A cell: its type (<c>n</c> or <c>inlineStr</c>), the number of its style, and its text.</summary>
    public sealed record Cell(string Type, int Style, string Text);

    public List<XElement> Styles { get; }

    public List<string> Parts { get; }

    /// <summary>Name and rows, each cell by its column, of every sheet.</summary>
    public List<(string Name, List<Dictionary<string, Cell>> Rows)> Sheets { get; } = [];

    private static Dictionary<string, Cell> Row(XElement row) => row.Elements(Main + "c").ToDictionary(
        cell => cell.Attribute("r")!.Value.TrimEnd([.. "0123456789"]),
        cell => new Cell(cell.Attribute("t")?.Value ?? "n", int.Parse(cell.Attribute("s")!.Value, null), cell.Value));

    private static XDocument Load(ZipArchive archive, string path)
    {
        using var part = archive.GetEntry(path)!.Open();
        return XDocument.Load(part, LoadOptions.PreserveWhitespace);
    }
}
