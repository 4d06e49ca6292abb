using HubExchange.V1;

namespace HubExchange.Server.Layouts;

/// <summary>Distinct counts by place and entity type. Places are zones, groups of the layout, reporting units and the city.</summary>
internal sealed class PlaceCounts
{
    public const string City = "city";
    public const string Unplaced = "unplaced";

    private readonly Dictionary<string, Counts> _byPlace = [];

    public static string Zone(string zoneId) => $"zone:{zoneId}";

    public static string Group(string groupId) => $"group:{groupId}";

    public static string Unit(string unitId) => $"unit:{unitId}";

    public void Add(string place, string type, long count)
    {
        if (!_byPlace.TryGetValue(place, out var counts))
        {
            _byPlace[place] = counts = new Counts();
        }

        counts.ByType[type] = count;
    }

    public Counts Of(string place) => _byPlace.GetValueOrDefault(place) ?? new Counts();
}
