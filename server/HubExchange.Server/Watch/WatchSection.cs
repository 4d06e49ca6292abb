using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Watch;

/// <summary>The selections that are about the same rows of a type.</summary>
internal sealed class WatchSection
{
    /// <param name="type">The rows.</param>
    /// <param name="isThroughOther">Where they stand depends on other records.</param>
    /// <param name="selections">The selections.</param>
    /// <param name="storage">The tables.</param>
    /// <param name="types">Every type.</param>
    public WatchSection(WatchedType type, bool isThroughOther, IReadOnlyList<Selection> selections, HubStorage storage, EntityTypes types)
    {
        (Type, IsThroughOther, Selections) = (type, isThroughOther, selections);
        Everything = [.. selections.Where(selection => selection.IsEverything)];
        Questions =
        [
            .. selections
                .Where(selection => !selection.IsEverything)
                .GroupBy(selection => selection.ShapeOf(type.Type, storage, types).Key, StringComparer.Ordinal)
                .Select(alike => new SelectionQuestion(
                    storage.TableOf(type.Type), [.. alike], [.. alike.Select(selection => selection.ShapeOf(type.Type, storage, types))])),
        ];
    }

    /// <summary>The rows.</summary>
    public WatchedType Type { get; }

    /// <summary>Where they stand depends on other records, so that each may have been selected before.</summary>
    public bool IsThroughOther { get; }

    /// <summary>All of the selections.</summary>
    public IReadOnlyList<Selection> Selections { get; }

    /// <summary>Those that select every record.</summary>
    public IReadOnlyList<Selection> Everything { get; }

    /// <summary>What the database is asked for the others.</summary>
    public IReadOnlyList<SelectionQuestion> Questions { get; }
}
