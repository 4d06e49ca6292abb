using HubExchange.Region.V1;
using HubExchange.Server.Query.Places;
using HubExchange.V1;

namespace HubExchange.Server.Layouts;

/// <summary>
/// Distinct counts by place and entity type. Places are zones, groups of the layout, reporting units and the city; a record counts once
/// in each place it stands in.
/// </summary>
internal sealed class PlaceCounts
{
    public const string City = "city";
    public const string Unplaced = "unplaced";

    private readonly Dictionary<string, Counts> _byPlace = [];

    public static string Zone(string zoneId) => $"zone:{zoneId}";

    public static string Group(string groupId) => $"group:{groupId}";

    public static string Unit(string unitId) => $"unit:{unitId}";

    /// <summary>Puts records that stand alike at every place of a layout that is theirs.</summary>
    public static PlaceCounts Of(IEnumerable<StandingCount> standing, LayoutDefinition layout, ZoneMap zones)
    {
        var groups = layout.Zones
            .SelectMany(group => group.ZoneIds, (group, zoneId) => (ZoneId: zoneId, GroupId: group.Id))
            .ToLookup(pair => pair.ZoneId, pair => pair.GroupId);
        var counts = new PlaceCounts();
        foreach (var count in standing)
        {
            counts.Add(City, count);
            counts.Add(count.Standing.Unit is { } unit ? Unit(unit) : Unplaced, count);
            var around = count.Standing.Zones.Where(zone => zones.Find(zone) is not null).SelectMany(zones.Around).ToHashSet();
            foreach (var zone in around)
            {
                counts.Add(Zone(zone), count);
            }

            foreach (var group in around.SelectMany(zone => groups[zone]).ToHashSet())
            {
                counts.Add(Group(group), count);
            }
        }

        return counts;
    }

    public Counts Of(string place) => _byPlace.GetValueOrDefault(place) ?? new Counts();

    private void Add(string place, StandingCount count)
    {
        if (!_byPlace.TryGetValue(place, out var counts))
        {
            _byPlace[place] = counts = new Counts();
        }

        counts.ByType[count.Type] = counts.ByType.GetValueOrDefault(count.Type) + count.Records;
    }
}
