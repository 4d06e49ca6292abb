using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Signals;

/// <summary>
/// Refuses pushes before the disk is full: PostgreSQL ends for good when it cannot write its log any more. They are taken again by
/// themselves once there is clearly enough space. Reading goes on all the time.
/// </summary>
internal sealed partial class DiskWatch : BackgroundService
{
    private readonly SignalsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DiskWatch> _logger;
    private readonly string? _folder;
    private volatile CancellationTokenSource _filled = new();
    private double _freeRatio = 1;

    public DiskWatch(
        HubStorage storage,
        IConfiguration configuration,
        IOptions<SignalsOptions> options,
        HubMetrics metrics,
        TimeProvider time,
        ILogger<DiskWatch> logger)
    {
        _options = options.Value;
        _time = time;
        _logger = logger;
        _folder = _options.DiskFolder.Length > 0 ? Path.GetFullPath(_options.DiskFolder)
            : storage.IsPrivate ? Path.GetFullPath(StorageOptions.From(configuration).DataFolder)
            : null;
        if (_folder is not null)
        {
            metrics.ObserveDisk(() => Volatile.Read(ref _freeRatio), () => IsFull);
        }
    }

    /// <summary>Pushes are refused at the moment.</summary>
    public bool IsFull => _filled.IsCancellationRequested;

    /// <summary>Cancelled when space runs out. Take it anew for every stream.</summary>
    public CancellationToken Filled => _filled.Token;

    /// <summary>Lets a push through while there is space.</summary>
    /// <exception cref="Grpc.Core.RpcException">STORE_FULL.</exception>
    public void EnsureSpace()
    {
        if (IsFull)
        {
            throw HubErrors.Of(ErrorReason.StoreFull);
        }
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first call finds the state as it is.
        RunOnce();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _filled.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_folder is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(_options.DiskPeriod, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                RunOnce();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private void RunOnce()
    {
        if (_folder is null)
        {
            return;
        }

        try
        {
            var disk = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(_folder)! : _folder);
            Judge(disk.AvailableFreeSpace, disk.TotalSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be looked at says nothing about space; whether the database works is seen elsewhere.
            Log.Unknown(_logger, exception, _folder);
        }
    }

    private void Judge(long free, long total)
    {
        var watermark = Math.Max(_options.DiskMinFreeBytes, _options.DiskMinFreeRatio * total);
        Volatile.Write(ref _freeRatio, total > 0 ? (double)free / total : 0);
        if (!IsFull && free < watermark)
        {
            Log.Full(_logger, _folder!, free, (long)watermark);

            // Ending the streams is their own affair; the watch does not wait for it.
            _ = _filled.CancelAsync();
        }
        else if (IsFull && free >= watermark * _options.DiskResumeFactor)
        {
            // The old one is left to the garbage collector: streams that end at this very moment still hold it.
            _filled = new CancellationTokenSource();
            Log.Resumed(_logger, _folder!, free);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "Only {Free} bytes are free in {Folder}, less than {Watermark}: pushes are refused until there is space again")]
        public static partial void Full(ILogger logger, string folder, long free, long watermark);

        [LoggerMessage(LogLevel.Information, "{Free} bytes are free in {Folder}: pushes are taken again")]
        public static partial void Resumed(ILogger logger, string folder, long free);

        [LoggerMessage(LogLevel.Warning, "The free space of {Folder} cannot be read")]
        public static partial void Unknown(ILogger logger, Exception exception, string folder);
    }
}
