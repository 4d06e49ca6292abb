using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Export;

/// <summary>Limits of exports. Each one that runs holds a connection to the database and its snapshot.</summary>
internal sealed class ExportOptions
{
    public const string Section = "Exports";

    /// <summary>Exports that run at a time; a further one is refused.</summary>
    [Range(1, 100)]
    public int MaxConcurrent { get; init; } = 4;

    /// <summary>Bytes of a chunk; a chunk is larger by at most one record.</summary>
    [Range(4 * 1024, 1024 * 1024)]
    public int ChunkBytes { get; init; } = 64 * 1024;

    /// <summary>How long a caller may take to accept a chunk.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an export may take as a whole.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(1);
}

[OptionsValidator]
internal sealed partial class ExportOptionsValidator : IValidateOptions<ExportOptions>;
