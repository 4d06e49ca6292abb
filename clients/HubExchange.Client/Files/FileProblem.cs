namespace HubExchange.Client.Files;

/// <summary>What is wrong with a file, a row or a cell.</summary>
/// <param name="Line">Row as a spreadsheet program numbers it, or line of a JSON Lines file; 0 when the file as a whole is meant.</param>
/// <param name="Column">Heading of the cell, or empty.</param>
/// <param name="Zh">What is wrong and how to mend it, in Chinese.</param>
/// <param name="En">The same in English.</param>
public sealed record FileProblem(int Line, string Column, string Zh, string En)
{
    /// <inheritdoc />
    public override string ToString() => Line == 0 ? Zh : $"第 {Line} 行 {Column}: {Zh}";
}
