using System.ComponentModel.DataAnnotations;

namespace HubExchange.Server.Storage;

/// <summary>Where the hub keeps its records.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>PostgreSQL to use. Empty: the hub starts a private one in <see cref="DataFolder"/>.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Folder of the private PostgreSQL; other parts of the hub keep their files there, too.</summary>
    [Required]
    public string DataFolder { get; init; } = ".data";

    /// <summary>Folder with <c>initdb</c> and <c>postgres</c>. Empty: found in the usual places.</summary>
    public string PostgresBinaries { get; init; } = "";

    /// <summary>How long the private PostgreSQL may take to become ready, including crash recovery.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the private PostgreSQL may take to stop, including its last checkpoint.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait between two attempts to start the private PostgreSQL again after it has ended by itself.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan MaxRestartDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a writing transaction may stand still. Then the database ends it, so that a hub that hangs in one cannot keep another
    /// hub from taking its streams over.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTransactionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads and validates the section.</summary>
    /// <exception cref="ValidationException">A value is missing or out of range.</exception>
    public static StorageOptions From(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<StorageOptions>() ?? new StorageOptions();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
