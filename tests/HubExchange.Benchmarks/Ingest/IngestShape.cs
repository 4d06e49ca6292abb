namespace HubExchange.Benchmarks.Ingest;

/// <summary>How the rates are measured: four counties push at once, in frames of medium size.</summary>
internal static class IngestShape
{
    public const int Streams = 4;

    public const int FrameSize = 500;
}
