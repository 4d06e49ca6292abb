using Spectre.Console;

namespace HubExchange.Cli;

internal static class TableRows
{
    /// <summary>Adds a row of plain text.</summary>
    public static Table Row(this Table table, params IEnumerable<string> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)));
}
