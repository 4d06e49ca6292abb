using Dapper;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Signals;

/// <summary>Reads what metrics tell of the database, from time to time and not at every scrape. Several hubs on one database agree.</summary>
internal sealed partial class SourceSampler : BackgroundService
{
    private readonly HubStorage _storage;
    private readonly SignalsOptions _options;
    private readonly HubMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<SourceSampler> _logger;
    private volatile IReadOnlyList<(string Source, string Type, long Open)> _quarantine = [];

    public SourceSampler(
        HubStorage storage, IOptions<SignalsOptions> options, HubMetrics metrics, TimeProvider time, ILogger<SourceSampler> logger)
    {
        _storage = storage;
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        metrics.ObserveQuarantine(() => _quarantine);
    }

    /// <summary>Reads the figures once.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _storage.DataSource.OpenConnectionAsync(cancellationToken);
        foreach (var (source, at) in await connection.QueryAsync<(string Source, DateTime At)>(Command("Signals/LastCommits.sql", cancellationToken)))
        {
            _metrics.SawCommit(source, at);
        }

        var open = (await connection.QueryAsync<(string Source, string Type, long Open)>(
            Command("Signals/OpenQuarantine.sql", cancellationToken))).AsList();

        // What was there before and is not any more has become 0.
        var found = open.Select(row => (row.Source, row.Type)).ToHashSet();
        open.AddRange(_quarantine.Where(row => !found.Contains((row.Source, row.Type))).Select(row => (row.Source, row.Type, 0L)));
        _quarantine = open;
    }

    // The figures stay as they were when it fails; a failing database is reported where it does harm.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodically.RunAsync(_options.SamplePeriod, _time, RunOnceAsync, exception => Log.Failed(_logger, exception), stoppingToken);

    private CommandDefinition Command(string file, CancellationToken cancellationToken) => new(
        SqlFiles.Read(file),
        new { limit = _options.MaxSeries },
        commandTimeout: (int)_options.SampleTimeout.TotalSeconds,
        cancellationToken: cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The figures of sources could not be read; tried again soon")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
