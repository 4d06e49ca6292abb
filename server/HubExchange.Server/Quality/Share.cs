namespace HubExchange.Server.Quality;

/// <summary>How many of what was looked at are as they should be.</summary>
/// <param name="Source">Node.</param>
/// <param name="Measure">Id of a <see cref="MeasureKind"/>, or <see cref="Records"/>.</param>
/// <param name="Good">Numerator.</param>
/// <param name="Examined">Denominator.</param>
internal sealed record Share(string Source, string Measure, long Good, long Examined)
{
    /// <summary>Living records of the source; many measures are shares of them, but it is none itself.</summary>
    public const string Records = "records";

    /// <summary>In per cent.</summary>
    public decimal Percent => 100m * Good / Examined;
}
