using HubExchange.Server.Changes;
using HubExchange.V1;

namespace HubExchange.Server.Watch;

/// <summary>
/// Finds the entries that concern a selection from the versions that match it, without looking at all of them for each of a thousand
/// selections.
/// </summary>
internal sealed class NewsIndex
{
    private readonly List<FeedRow> _news;
    private readonly HashSet<(string Key, VersionId Version)> _matched;
    private readonly Dictionary<(string Key, VersionId Version), List<int>> _entries = [];
    private readonly List<int> _always = [];

    /// <param name="type">Rows that are watched.</param>
    /// <param name="isThroughOther">Where they stand depends on other records, so that each may have been selected before.</param>
    /// <param name="news">The entries in order.</param>
    /// <param name="matched">The versions that match any selection.</param>
    public NewsIndex(WatchedType type, bool isThroughOther, List<FeedRow> news, HashSet<(string Key, VersionId Version)> matched)
    {
        (_news, _matched) = (news, matched);
        for (var i = 0; i < news.Count; i++)
        {
            var entry = news[i];
            var (version, before) = type.Before(entry);
            if (before == WatchBefore.Unspecified || (before == WatchBefore.Present && isThroughOther))
            {
                // What is not known to have been unselected before has to be said to be gone.
                _always.Add(i);
                continue;
            }

            if (WatchedType.After(entry) is { } after)
            {
                Add(entry.Key, after, i);
            }

            if (version is { } previous)
            {
                Add(entry.Key, previous, i);
            }
        }
    }

    /// <summary>The entries that have to do with versions, and those that concern every selection, in order.</summary>
    public IEnumerable<FeedRow> Of(HashSet<(string Key, VersionId Version)> versions)
    {
        var places = new SortedSet<int>(_always);
        foreach (var version in versions)
        {
            if (_entries.TryGetValue(version, out var concerning))
            {
                places.UnionWith(concerning);
            }
        }

        return places.Select(place => _news[place]);
    }

    private void Add(string key, VersionId version, int place)
    {
        if (!_matched.Contains((key, version)))
        {
            return;
        }

        if (!_entries.TryGetValue((key, version), out var places))
        {
            _entries.Add((key, version), places = []);
        }

        places.Add(place);
    }
}
