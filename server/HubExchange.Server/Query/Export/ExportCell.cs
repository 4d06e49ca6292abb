namespace HubExchange.Server.Query.Export;

/// <summary>What a cell holds.</summary>
internal enum CellKind
{
    Empty,
    Text,

    /// <summary>Decimal digits, maybe with a sign and a point.</summary>
    Number,

    /// <summary><c>YYYY-MM-DD</c>.</summary>
    Date,
}

/// <summary>One cell of a file.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Text">The value as text.</param>
internal readonly record struct ExportCell(CellKind Kind, string Text)
{
    public static ExportCell Empty { get; } = new(CellKind.Empty, "");

    public static ExportCell Of(string text) => text.Length == 0 ? Empty : new(CellKind.Text, text);
}
