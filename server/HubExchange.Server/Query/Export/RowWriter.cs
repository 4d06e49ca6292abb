namespace HubExchange.Server.Query.Export;

/// <summary>Writes the rows of a file one after the other and keeps none of them.</summary>
internal abstract class RowWriter : IDisposable
{
    /// <summary>Media type of the file.</summary>
    public abstract string ContentType { get; }

    /// <summary>Ending of its name.</summary>
    public abstract string Extension { get; }

    /// <summary>Writes one record, a cell for each column.</summary>
    public abstract void Write(ReadOnlySpan<ExportCell> cells);

    /// <summary>Completes the file.</summary>
    /// <param name="notes">What there is to say about it: name and text.</param>
    public abstract void Complete(IEnumerable<(string Name, string Text)> notes);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
