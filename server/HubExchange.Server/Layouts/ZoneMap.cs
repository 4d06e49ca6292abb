using HubExchange.Region.V1;

namespace HubExchange.Server.Layouts;

/// <summary>Every zone, park and base with what lies inside what. A record in a park counts in the park and in all around it.</summary>
internal sealed class ZoneMap
{
    private readonly Dictionary<string, Zone> _zones;
    private readonly ILookup<string, Zone> _inside;

    public ZoneMap(IEnumerable<Zone> zones)
    {
        _zones = zones.ToDictionary(zone => zone.ZoneId);
        _inside = _zones.Values
            .Where(zone => zone.ParentZoneId.Length > 0)
            .OrderBy(zone => zone.ZoneId, StringComparer.Ordinal)
            .ToLookup(zone => zone.ParentZoneId);
    }

    public Zone? Find(string zoneId) => _zones.GetValueOrDefault(zoneId);

    /// <summary>What lies directly inside a zone.</summary>
    public IEnumerable<Zone> Inside(string zoneId) => _inside[zoneId];

    /// <summary>A zone and everything around it, as far as it is known. Ends also when somebody pushed a circle of parents.</summary>
    public IEnumerable<string> Around(string zoneId)
    {
        var seen = new HashSet<string>();
        for (var zone = Find(zoneId); zone is not null && seen.Add(zone.ZoneId); zone = Find(zone.ParentZoneId))
        {
            yield return zone.ZoneId;
        }
    }

    /// <summary>Every zone with each place around it, itself included: the pairs by which records are counted upwards.</summary>
    public IEnumerable<(string ZoneId, string PlaceId)> Pairs() =>
        from zoneId in _zones.Keys
        from placeId in Around(zoneId)
        select (zoneId, placeId);
}
