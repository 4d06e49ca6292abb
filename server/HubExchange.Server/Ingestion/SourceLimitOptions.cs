using System.ComponentModel.DataAnnotations;

namespace HubExchange.Server.Ingestion;

/// <summary>Limits of one source, where they differ from those of all.</summary>
internal sealed class SourceLimitOptions
{
    /// <summary>Records a second; as for every source unless given.</summary>
    [Range(IngestionOptions.MinRate, IngestionOptions.MaxRate)]
    public int? RecordsPerSecond { get; init; }

    /// <summary>Bytes a second; as for every source unless given.</summary>
    [Range(IngestionOptions.MinRate, IngestionOptions.MaxRate)]
    public int? BytesPerSecond { get; init; }

    /// <summary>Open push streams; as for every source unless given.</summary>
    [Range(1, IngestionOptions.MaxStreams)]
    public int? Streams { get; init; }
}
