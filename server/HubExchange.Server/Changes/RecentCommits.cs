using Microsoft.Extensions.Options;

namespace HubExchange.Server.Changes;

/// <summary>
/// What this hub committed a moment ago, with the versions themselves, for those in the hub who follow the feed closely: they need not have
/// the database read again what was just written. It only saves work. Commits of other hubs are not here, nor those whose end nobody
/// learned, nor those that were too many; whoever finds a gap reads the feed.
/// </summary>
internal sealed class RecentCommits(IOptions<FeedOptions> options)
{
    private readonly int _most = options.Value.RecentEntries;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, RecentCommit> _commits = [];
    private readonly HashSet<Follower> _followers = [];
    private int _count;

    /// <summary>Somebody who follows. Disposed when that ends.</summary>
    public sealed class Follower(RecentCommits commits, long position, bool withContent) : IDisposable
    {
        /// <summary>It wants the versions, not only their hashes.</summary>
        internal bool WithContent => withContent;

        /// <summary>Everything up to here is of no use to it any more.</summary>
        internal long Position { get; set; } = position;

        /// <summary>The commits after a position without a gap, and so also without whatever comes after one.</summary>
        /// <param name="after">End of a commit, or 0. Later calls ask for nothing before it.</param>
        /// <param name="through">Last position that is wanted.</param>
        /// <param name="limit">No further commit once there are so many entries.</param>
        public List<RecentCommit> Take(long after, long through, int limit = int.MaxValue) => commits.Take(this, after, through, limit);

        /// <inheritdoc />
        public void Dispose() => commits.Leave(this);
    }

    /// <summary>Rings when so much waits for a follower that it had better take it.</summary>
    public Bell Filling { get; } = new();

    /// <summary>Rings when half of what fits is there: who gathers commits had better take them.</summary>
    public Bell HalfFull { get; } = new();

    /// <summary>Follows from a position on.</summary>
    /// <param name="position">End of a commit, or 0.</param>
    /// <param name="withContent">Wants the versions, not only their hashes. Those of commits before it follows may be missing.</param>
    public Follower Follow(long position, bool withContent)
    {
        var follower = new Follower(this, position, withContent);
        lock (_gate)
        {
            _followers.Add(follower);
        }

        return follower;
    }

    /// <summary>Takes in what has been committed, if anybody wants it.</summary>
    /// <param name="feed">What was committed; not empty.</param>
    /// <param name="first">Position of its first entry.</param>
    public void Add(ChangeFeed feed, long first)
    {
        bool withContent;
        lock (_gate)
        {
            if (_followers.Count == 0)
            {
                return;
            }

            withContent = _followers.Any(follower => follower.WithContent);
        }

        var commit = new RecentCommit(feed.Rows(first, withContent));
        lock (_gate)
        {
            if (_followers.Count == 0)
            {
                return;
            }

            // Positions come again only from a database that went back, and then nothing that was committed before is there any more.
            if (_commits.ContainsKey(first))
            {
                _commits.Clear();
                _count = 0;
            }

            _commits.Add(first, commit);
            _count += commit.Entries.Count;
            while (_count > _most)
            {
                Remove(_commits.First().Value);
            }

            if (_count > _most / 10)
            {
                Filling.Ring();
            }

            if (_count > _most / 2)
            {
                HalfFull.Ring();
            }
        }
    }

    private List<RecentCommit> Take(Follower follower, long after, long through, int limit)
    {
        var taken = new List<RecentCommit>();
        var entries = 0;
        lock (_gate)
        {
            follower.Position = after;
            Forget();
            while (entries < limit && _commits.TryGetValue(after + 1, out var commit) && commit.Last <= through)
            {
                taken.Add(commit);
                entries += commit.Entries.Count;
                after = commit.Last;
            }
        }

        return taken;
    }

    private void Leave(Follower follower)
    {
        lock (_gate)
        {
            _followers.Remove(follower);
            Forget();
        }
    }

    // What no follower wants any more.
    private void Forget()
    {
        var needed = _followers.Count == 0 ? long.MaxValue : _followers.Min(follower => follower.Position);
        while (_commits.Count > 0 && _commits.First().Value is var first && first.Last <= needed)
        {
            Remove(first);
        }
    }

    private void Remove(RecentCommit commit)
    {
        _commits.Remove(commit.First);
        _count -= commit.Entries.Count;
    }
}
