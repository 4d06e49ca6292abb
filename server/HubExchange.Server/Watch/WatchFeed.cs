using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Errors;
using HubExchange.Server.Query;
using HubExchange.Server.Signals;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>
/// Reads the feed once for all watchers of this hub and lets every watcher have what it selects. It never waits for a watcher. While
/// nobody watches, it does not read.
/// </summary>
internal sealed partial class WatchFeed : BackgroundService
{
    private readonly HubStorage _storage;
    private readonly WatchMatcher _matcher;
    private readonly RecentCommits _recent;
    private readonly Doorbell _doorbell;
    private readonly FeedOptions _feed;
    private readonly WatchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WatchFeed> _logger;

    private readonly Lock _gate = new();
    private readonly HashSet<Watcher> _watchers = [];
    private RecentCommits.Follower? _follower;

    // Null when somebody came or went since.
    private WatchAudience? _audience;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;
    private bool _isWithinCommit;

    // Of the last transaction that is whole at the position.
    private ResumeToken _token = new(0, "");

    // When what is to be handed out next was committed, or is known to have been; 0 when there is nothing.
    private long _oldestTicks;
    private DateOnly _day;

    public WatchFeed(
        HubStorage storage,
        WatchMatcher matcher,
        RecentCommits recent,
        Doorbell doorbell,
        IOptions<FeedOptions> feed,
        IOptions<WatchOptions> options,
        HubMetrics metrics,
        TimeProvider time,
        ILogger<WatchFeed> logger)
    {
        _storage = storage;
        _matcher = matcher;
        _recent = recent;
        _doorbell = doorbell;
        _feed = feed.Value;
        _options = options.Value;
        _time = time;
        _logger = logger;
        metrics.ObserveFeedLag(() => Interlocked.Read(ref _oldestTicks) is > 0 and var oldest
            ? Math.Max(0, (_time.GetUtcNow() - new DateTimeOffset(oldest, TimeSpan.Zero)).TotalSeconds)
            : 0);
    }

    /// <summary>Entries that were handed out without reading them from the database, since the hub started.</summary>
    public long Taken { get; private set; }

    /// <summary>Takes part from where the reader of the feed is, once that is not before a position.</summary>
    /// <param name="watcher">Who takes part.</param>
    /// <param name="watch">Where the watcher is: at the end of a transaction.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Position after which the watcher gets everything.</returns>
    public async Task<long> JoinAsync(Watcher watcher, OpenWatch watch, CancellationToken cancellationToken)
    {
        var position = watch.Position;
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_watchers.Count == 0)
                {
                    (_position, _isWithinCommit, _token) = (position, false, watch.Token);
                    _follower ??= _recent.Follow(position, withContent: true);
                }

                if (_position >= position)
                {
                    _watchers.Add(watcher);
                    _audience = null;
                    _doorbell.Here.Ring();
                    return _position;
                }

                moved = _moved.Task;
            }

            _doorbell.Here.Ring();
            await moved.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes part no more.</summary>
    public void Leave(Watcher watcher)
    {
        lock (_gate)
        {
            if (!_watchers.Remove(watcher))
            {
                return;
            }

            _audience = null;
            if (_watchers.Count == 0)
            {
                _follower?.Dispose();
                _follower = null;
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var bookmarked = _time.GetTimestamp();
        var (ended, gathering) = (bookmarked, TimeSpan.Zero);
        _day = ChinaTime.Today(_time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = _feed.PollPeriod < _options.BookmarkPeriod ? _feed.PollPeriod : _options.BookmarkPeriod;
                if (await _doorbell.Here.WaitAsync(wait, _time, stoppingToken))
                {
                    Interlocked.CompareExchange(ref _oldestTicks, _time.GetUtcNow().UtcTicks, 0);

                    // Commits are gathered for as long as handing out the last ones calls for, while they fit.
                    if (gathering - _time.GetElapsedTime(ended) is var rest && rest > TimeSpan.Zero)
                    {
                        await _recent.HalfFull.WaitAsync(rest, _time, stoppingToken);
                    }
                }

                var (began, from) = (_time.GetTimestamp(), _position);
                while (await RunOnceAsync(stoppingToken))
                {
                }

                ended = _time.GetTimestamp();
                gathering = Gathering.Of(_time.GetElapsedTime(began, ended), _position - from);

                // Only here everything was handed out; what failed is still to come.
                Interlocked.Exchange(ref _oldestTicks, 0);
                if (_time.GetElapsedTime(bookmarked) >= _options.BookmarkPeriod)
                {
                    bookmarked = _time.GetTimestamp();
                    Bookmark();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Who was to get what failed is told; the others go on where they are.
                Log.Failed(_logger, exception);
            }
        }
    }

    /// <summary>Hands out the next entries.</summary>
    /// <returns>Whether there were any.</returns>
    private async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        long from;
        ResumeToken? token;
        List<FeedRow> entries;
        WatchAudience audience;
        lock (_gate)
        {
            if (_watchers.Count == 0)
            {
                return false;
            }

            (from, token) = (_position, _isWithinCommit ? null : _token);
            entries = [.. _follower!.Take(from, long.MaxValue, Math.Max(_feed.PageSize, _feed.RecentEntries / 4)).SelectMany(commit => commit.Entries)];
            audience = _audience ??= new WatchAudience(_watchers);
        }

        var isTaken = entries.Count > 0;
        await using var connection = await _storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var survey = WatchMatcher.IsAtHand(entries, audience) ? null : await connection.BeginSurveyAsync(cancellationToken);
        if (!isTaken)
        {
            entries = await ReadAsync(connection, from, token, cancellationToken);
        }

        var today = ChinaTime.Today(_time);
        if (entries.Count == 0 && today == _day)
        {
            return false;
        }

        if (entries.Count > 0)
        {
            Interlocked.Exchange(ref _oldestTicks, entries[0].RecordedAt.Ticks);
        }

        if (!TryTake(from, entries, audience, out var chunk))
        {
            return true;
        }

        Taken += isTaken ? entries.Count : 0;
        try
        {
            var isPlaceNews = today != _day || _matcher.IsPlaceNews(entries);
            _day = today;
            if (isPlaceNews)
            {
                await EndChangedAsync(connection, audience, today, cancellationToken);
            }

            if (chunk is not null)
            {
                WatchOpening.CheckKept(from, new FeedBounds(chunk.Last, chunk.Entries[0].Position - 1, chunk.Entries[0].RecordedAt));
                await HandOutAsync(connection, chunk, audience, cancellationToken);
            }
        }
        catch (Exception exception)
        {
            var reason = exception as RpcException
                ?? HubErrors.Of(cancellationToken.IsCancellationRequested ? ErrorReason.HubStopping : ErrorReason.StoreUnavailable);
            audience.End(reason);
            throw;
        }

        return chunk is not null;
    }

    // A database that went back under the hub, to a backup or to a standby that was behind, gives positions out again.
    private async Task<List<FeedRow>> ReadAsync(NpgsqlConnection connection, long from, ResumeToken? token, CancellationToken cancellationToken)
    {
        if (token is not { Mark.Length: > 0 })
        {
            return await connection.ReadFeedAsync(from, long.MaxValue, _feed.PageSize, cancellationToken);
        }

        var entries = await connection.ReadFeedAsync(from - 1, long.MaxValue, _feed.PageSize + 1, cancellationToken);
        var last = entries.FirstOrDefault();
        if (last?.Position == from && !token.Contradicts(ResumeToken.After(last)))
        {
            entries.RemoveAt(0);
            return entries;
        }

        var bounds = await connection.ReadFeedBoundsAsync(cancellationToken);
        if (from <= bounds.Dropped)
        {
            // The entry is kept no more; what follows it is looked at by those who hand it out.
            return entries;
        }

        var reason = WatchOpening.Unknown(from, bounds);
        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                watcher.End(reason);
            }
        }

        throw reason;
    }

    // From here on who joins has to read these entries itself. False when the position or the audience is another one now.
    private bool TryTake(long from, List<FeedRow> entries, WatchAudience audience, out FeedChunk? chunk)
    {
        chunk = null;
        lock (_gate)
        {
            if (_position != from || _audience != audience)
            {
                return false;
            }

            if (entries.Count == 0)
            {
                return true;
            }

            chunk = new FeedChunk(entries, _isWithinCommit);
            (_position, _isWithinCommit) = (chunk.Last, !entries[^1].EndsCommit);
            _token = chunk.Boundary is { } boundary ? chunk.TokenAt(boundary) : _token;
            _moved.SetResult();
            _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    private async Task HandOutAsync(
        NpgsqlConnection connection, FeedChunk chunk, WatchAudience audience, CancellationToken cancellationToken)
    {
        var events = await _matcher.MatchAsync(connection, chunk, audience, cancellationToken);
        foreach (var selection in chunk.IsContinued ? audience.Selections : events.Keys)
        {
            foreach (var group in audience.GroupsOf(selection))
            {
                foreach (var message in MessageWriter.Write(_options, group[0].View, chunk, events.GetValueOrDefault(selection) ?? []))
                {
                    group.ForEach(watcher => watcher.Add(message));
                }
            }
        }
    }

    // Zones, units or the day changed: who selects by them is told when that changes what is selected.
    private async Task EndChangedAsync(
        NpgsqlConnection connection, WatchAudience audience, DateOnly today, CancellationToken cancellationToken)
    {
        foreach (var selection in audience.Selections)
        {
            if (await _matcher.HasChangedAsync(connection, selection, today, cancellationToken))
            {
                audience.End(selection, HubErrors.Of(ErrorReason.WatchSelectionChanged));
            }
        }
    }

    private void Bookmark()
    {
        lock (_gate)
        {
            if (_isWithinCommit)
            {
                return;
            }

            var bookmark = WatchMessage.Bookmark(_token);
            foreach (var watcher in _watchers)
            {
                if (!watcher.HeardLately)
                {
                    watcher.Add(bookmark);
                }

                watcher.HeardLately = false;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The change feed could not be read for the watches; tried again soon")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
