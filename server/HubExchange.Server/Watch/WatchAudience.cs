using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Watch;

/// <summary>
/// Everybody who watches, arranged once by what they select, so that what happens costs only what it concerns and not a look at each of a
/// thousand watchers. Whoever comes or goes makes a new audience.
/// </summary>
internal sealed class WatchAudience
{
    private readonly Dictionary<Selection, List<List<Watcher>>> _groups = [];
    private readonly Dictionary<string, List<WatchSection>> _sections = new(StringComparer.Ordinal);

    /// <summary>One who reads on its own.</summary>
    public WatchAudience(Selection selection)
    {
        _groups.Add(selection, []);
        Placed = selection.Place is null ? [] : [selection];
    }

    public WatchAudience(IEnumerable<Watcher> watchers)
    {
        foreach (var alike in watchers.GroupBy(watcher => watcher.Selection.Key, StringComparer.Ordinal))
        {
            _groups.Add(
                alike.First().Selection,
                [.. alike.GroupBy(watcher => watcher.View.Key, StringComparer.Ordinal).Select(group => group.ToList())]);
        }

        Placed = [.. Selections.Where(selection => selection.Place is not null)];
    }

    /// <summary>What is selected; equal selections are here once.</summary>
    public IReadOnlyCollection<Selection> Selections => _groups.Keys;

    /// <summary>The selections by place.</summary>
    public IReadOnlyList<Selection> Placed { get; }

    /// <summary>The watchers of a selection; those of one list get the same messages.</summary>
    public IReadOnlyList<List<Watcher>> GroupsOf(Selection selection) => _groups[selection];

    /// <summary>Tells everybody why the watches end.</summary>
    public void End(RpcException reason)
    {
        foreach (var selection in Selections)
        {
            End(selection, reason);
        }
    }

    /// <summary>Tells the watchers of a selection why their watches end.</summary>
    public void End(Selection selection, RpcException reason) =>
        _groups[selection].ForEach(group => group.ForEach(watcher => watcher.End(reason)));

    /// <summary>Those who watch a type, by the rows they watch. Not for several threads at a time.</summary>
    public IReadOnlyList<WatchSection> SectionsOf(string type, HubStorage storage, EntityTypes types)
    {
        if (!_sections.TryGetValue(type, out var sections))
        {
            sections =
            [
                .. Selections
                    .Where(selection => selection.Find(type) is not null)
                    .GroupBy(selection => (Type: selection.Find(type)!, IsThroughOther: IsThroughOther(selection, type)))
                    .Select(group => new WatchSection(group.Key.Type, group.Key.IsThroughOther, [.. group], storage, types)),
            ];
            _sections.Add(type, sections);
        }

        return sections;
    }

    private static bool IsThroughOther(Selection selection, string type) =>
        selection.Place is not null && WatchedPlace.IsThroughOrganization(selection.Find(type)!.Type);
}
