using System.Data;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Changes;
using HubExchange.Server.Hosting;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Digests of what the hub has, kept in memory for the sources that attend. They follow what is committed, never on the path of a push: this
/// hub's own commits as they are, those of others by looking up what changed. Checkpoints are written from time to time and when a source
/// leaves, also because the hub stops; a set goes on from its checkpoint when it is asked for first. It is read from its table when there is
/// none to be trusted, or when entries of the feed that it has not followed are gone.
/// </summary>
internal sealed partial class LiveSets(
    HubStorage storage,
    LiveSetReader tables,
    CheckpointStore checkpoints,
    RecentCommits recent,
    OpenCalls calls,
    IOptions<ReconciliationOptions> options,
    TimeProvider time,
    ILogger<LiveSets> logger) : IDisposable
{
    // Beyond this, reading the tables anew is cheaper than following the feed.
    private const long MaxLag = 200_000;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<(string Source, string Type), LiveSet> _sets = [];
    private RecentCommits.Follower? _follower;
    private long _position;

    /// <summary>Sets that went on from a checkpoint since the hub started.</summary>
    public int Resumed { get; private set; }

    /// <summary>Position of the feed up to which the sets have followed it.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Sets that were read from their tables.</summary>
    public int Rebuilt { get; private set; }

    /// <summary>Count and digest of what the hub has now, and the sequence of the stream that this is as of.</summary>
    public async Task<(long Sequence, SetDigest Digest)> DigestAsync(
        string source, string stream, EntityType type, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await FollowAsync(source, stream, type, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Entries of the feed that were followed without a look into the database, since the hub started.</summary>
    public long Taken { get; private set; }

    /// <summary>Brings what is there to the end of the feed.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_sets.Count == 0)
            {
                Unfollow();
            }
            else if (!TakeRecent(long.MaxValue))
            {
                await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
                await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
                await AdvanceAsync(connection, "", "");
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Last committed sequence of a stream; 0 before its first.</summary>
    public async Task<long> SequenceAsync(string source, string stream, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await HeldReader.WatermarkAsync(connection, source, stream, cancellationToken)).Sequence;
    }

    /// <summary>Lets go of a source that attends no more. It is remembered by a checkpoint, though not each time when it comes and goes.</summary>
    public async Task ForgetAsync(string source, string type)
    {
        var saved = await TakeCheckpointsAsync(pair => pair == (source, type), isForgotten: true, CancellationToken.None);
        await WriteAsync(saved, CancellationToken.None);
    }

    /// <summary>Writes checkpoints of all sets that are due.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken) =>
        await WriteAsync(await TakeCheckpointsAsync(_ => true, isForgotten: false, cancellationToken), cancellationToken);

    /// <summary>Sources and types of which there is a set here or a checkpoint of any hub.</summary>
    public async Task<HashSet<(string Source, string Type)>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = await checkpoints.ListAsync(cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return [.. stored, .. _sets.Keys];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Compares a set, or what goes on from its checkpoint, with the table, as of one snapshot. One that is wrong is let go of with its
    /// checkpoint, and read anew when it is asked for. Heartbeats need not wait while the table is read.
    /// </summary>
    /// <returns>What the set says, and what the table has; null when there is neither set nor checkpoint that can be gone on from.</returns>
    public async Task<(SetDigest Kept, SetDigest Stored)?> CheckAsync(string source, EntityType type, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        SetDigest kept;

        // The snapshot itself begins with the first statement.
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var (position, _) = await AdvanceAsync(connection, source, "");
            if ((_sets.GetValueOrDefault((source, type.Id)) ?? await ResumeAsync(connection, source, type, position, cancellationToken)) is not { } set)
            {
                return null;
            }

            kept = set.Digest;
        }
        finally
        {
            _gate.Release();
        }

        var stored = (await tables.LoadAsync(connection, source, type, cancellationToken)).Digest;
        if (kept != stored)
        {
            await LetGoAsync(source, type.Id, cancellationToken);
        }

        return (kept, stored);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Unfollow();
        _gate.Dispose();
    }

    private async Task LetGoAsync(string source, string type, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _sets.Remove((source, type));
            await checkpoints.ForgetAsync(source, type, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<(long Sequence, SetDigest Digest)> FollowAsync(
        string source, string stream, EntityType type, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var (position, sequence) = await AdvanceAsync(connection, source, stream);
        if (!_sets.TryGetValue((source, type.Id), out var set))
        {
            set = await ResumeAsync(connection, source, type, position, cancellationToken);
            if (set is null)
            {
                set = await tables.LoadAsync(connection, source, type, cancellationToken);
                Rebuilt++;
            }

            _sets.Add((source, type.Id), set);
            _follower ??= recent.Follow(position, withContent: false);
        }

        return (sequence, set.Digest);
    }

    // This hub's commits that follow each other without a gap from where the sets are. Whether there were any.
    private bool TakeRecent(long through)
    {
        if (_follower?.Take(_position, through) is not { Count: > 0 } commits)
        {
            return false;
        }

        foreach (var entry in commits.SelectMany(commit => commit.Entries))
        {
            if (entry.Operation is FeedEntry.Upsert or FeedEntry.Delete && _sets.TryGetValue((entry.Version.Source, entry.Type), out var set))
            {
                set.Set(entry.Key, entry.Operation == FeedEntry.Delete ? null : entry.Hash);
            }
        }

        Taken += commits[^1].Last - _position;
        Volatile.Write(ref _position, commits[^1].Last);
        return true;
    }

    private void Unfollow()
    {
        _follower?.Dispose();
        _follower = null;
    }

    // Brings every set to the end of the feed in a snapshot. It is not broken off because a source leaves or the hub stops: what is half
    // followed is not followed, and all of them would have to be let go of.
    private async Task<(long Position, long Sequence)> AdvanceAsync(NpgsqlConnection connection, string source, string stream)
    {
        try
        {
            var (position, sequence) = await HeldReader.WatermarkAsync(connection, source, stream, CancellationToken.None);

            // A position that goes back is that of a database restored from a backup.
            if (position >= _position && _sets.Count > 0)
            {
                TakeRecent(position);
            }

            if (position < _position || position - _position > MaxLag || (_sets.Count > 0 && !await LiveSetReader.IsKeptAsync(connection, _position, position, CancellationToken.None)))
            {
                _sets.Clear();
            }

            if (_sets.Count > 0 && position > _position)
            {
                await tables.CatchUpAsync(connection, _position, position, _sets, CancellationToken.None);
            }

            Volatile.Write(ref _position, position);
            return (position, sequence);
        }
        catch
        {
            _sets.Clear();
            throw;
        }
    }

    private async Task<LiveSet?> ResumeAsync(
        NpgsqlConnection connection, string source, EntityType type, long position, CancellationToken cancellationToken)
    {
        if (await checkpoints.FindAsync(connection, source, type, position, cancellationToken) is not { } checkpoint)
        {
            return null;
        }

        if (position - checkpoint.Position > MaxLag || !await LiveSetReader.IsKeptAsync(connection, checkpoint.Position, position, cancellationToken))
        {
            return null;
        }

        var sets = new Dictionary<(string, string), LiveSet> { [(source, type.Id)] = checkpoint.Set };
        await tables.CatchUpAsync(connection, checkpoint.Position, position, sets, cancellationToken);
        Resumed++;
        Log.Resumed(logger, source, type.Id, checkpoint.Set.Digest.Count, checkpoint.Position, position);
        return checkpoint.Set;
    }

    private async Task<List<Checkpoint>> TakeCheckpointsAsync(
        Func<(string Source, string Type), bool> isAsked, bool isForgotten, CancellationToken cancellationToken)
    {
        var taken = new List<Checkpoint>();
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            foreach (var (pair, set) in _sets.Where(each => isAsked(each.Key)).ToList())
            {
                var isDue = now - set.SavedAt >= TimeSpan.FromSeconds(options.Value.CheckpointSeconds) || calls.Stopping.IsCancellationRequested;
                if (isDue && set.Elements.Count <= options.Value.CheckpointRecords && _position > 0)
                {
                    taken.Add(CheckpointStore.Take(pair.Source, pair.Type, _position, set));
                    set.SavedAt = now;
                }

                if (isForgotten)
                {
                    _sets.Remove(pair);
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        return taken;
    }

    private async Task WriteAsync(List<Checkpoint> saved, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var checkpoint in saved)
            {
                await checkpoints.WriteAsync(checkpoint, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
        {
            // The sets are read anew after a restart.
            saved.ForEach(checkpoint => checkpoint.Set.SavedContent = null);
            Log.NotSaved(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Source} {Type}: {Count} records go on from position {Saved} of the feed, which ends at {Position}")]
        public static partial void Resumed(ILogger logger, string source, string type, long count, long saved, long position);

        [LoggerMessage(LogLevel.Warning, "A checkpoint of digests could not be written: {Reason}")]
        public static partial void NotSaved(ILogger logger, string reason);
    }
}
