using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Server.Query.Export;

/// <summary>The columns that tell which version of which record a row is.</summary>
internal static class EnvelopeCells
{
    private const int Width = 22;

    private static readonly (string Name, string Label)[] Columns =
        [("hub_key", "主键"), ("hub_source", "来源"), ("hub_revision", "版本"), ("hub_effective_from", "生效日期"), ("hub_recorded_at", "入库时间")];

    /// <summary>How many they are.</summary>
    public static int Count => Columns.Length;

    /// <summary>Their headings.</summary>
    public static IEnumerable<ExportColumn> Headings(ExportHeading heading) =>
        Columns.Select(column => new ExportColumn(heading == ExportHeading.Field ? column.Name : column.Label, Width, _ => ExportCell.Empty));

    /// <summary>Their cells of a row.</summary>
    public static void Write(ExportRow row, Span<ExportCell> cells)
    {
        cells[0] = ExportCell.Of(row.Key);
        cells[1] = ExportCell.Of(row.Source);
        cells[2] = new ExportCell(CellKind.Number, row.Revision.ToString(CultureInfo.InvariantCulture));
        cells[3] = new ExportCell(CellKind.Date, row.EffectiveFrom.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        cells[4] = ExportCell.Of(ExportColumn.Instant(row.RecordedAt));
    }
}
