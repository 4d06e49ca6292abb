using Google.Protobuf;

namespace HubExchange.Client.Files;

/// <summary>One record of a file: either readable, or with every problem it has.</summary>
/// <param name="Line">Row as a spreadsheet program numbers it (headings are row 1), or line of a JSON Lines file.</param>
/// <param name="Record">The record, or null when the row has problems.</param>
/// <param name="Problems">Every problem of the row; empty when <paramref name="Record"/> is set.</param>
/// <param name="Cells">The cells as they stand in the file; a JSON line is a single cell.</param>
public sealed record FileRow(int Line, IMessage? Record, IReadOnlyList<FileProblem> Problems, IReadOnlyList<string> Cells);
