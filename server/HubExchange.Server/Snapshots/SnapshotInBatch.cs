namespace HubExchange.Server.Snapshots;

/// <summary>A snapshot that frames of a batch belong to.</summary>
/// <param name="stream">The stream it came by.</param>
internal sealed class SnapshotInBatch(string stream)
{
    public string Stream { get; } = stream;

    /// <summary>Its number; 0 until the frame that begins it is written.</summary>
    public long Id { get; set; }

    /// <summary>It was given up within the batch: what its frames hold need not be remembered.</summary>
    public bool IsAbandoned { get; set; }
}
