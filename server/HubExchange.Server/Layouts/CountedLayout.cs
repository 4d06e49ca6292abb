using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Query.Places;
using HubExchange.V1;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Layouts;

/// <summary>A layout of a moment with what stands where.</summary>
internal sealed record CountedLayout(LayoutDefinition Definition, PlaceBook Book, PlaceCounts Counts)
{
    private static readonly CodeList Classes = CodeList.Of(ZoneReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("ZoneClass"));
    private static readonly CodeList Levels = CodeList.Of(LevelReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("Level"));

    /// <summary>The layout as callers get it.</summary>
    public Layout ToLayout()
    {
        var layout = LayoutReader.Outline(Definition);
        layout.Totals = Counts.Of(PlaceCounts.City);
        layout.Unplaced = Counts.Of(PlaceCounts.Unplaced);
        for (var i = 0; i < Definition.Zones.Count; i++)
        {
            layout.Zones[i].Counts = Counts.Of(PlaceCounts.Group(Definition.Zones[i].Id));
            layout.Zones[i].Places.Add(Definition.Zones[i].ZoneIds.Select(zoneId => PlaceOf(zoneId, [])));
        }

        layout.Parks.Add(Definition.ParkIds.Select(zoneId => PlaceOf(zoneId, [])));
        layout.Units.Add(Definition.ReportingUnits.Select(
            id => new LayoutUnit { Id = id, Name = Book.NameOfUnit(id), Counts = Counts.Of(PlaceCounts.Unit(id)) }));
        return layout;
    }

    // `above` guards against a circle of parents.
    private LayoutPlace PlaceOf(string zoneId, HashSet<string> above)
    {
        var zone = Book.Zones.Find(zoneId);
        var place = new LayoutPlace
        {
            ZoneId = zoneId,
            Name = zone?.Name ?? zoneId,
            ZoneClass = Classes.Find((int)(zone?.ZoneClass ?? ZoneClass.Unspecified))?.Name ?? "",
            Level = Levels.Find((int)(zone?.Level ?? Level.Unspecified))?.Name ?? "",
            Counts = Counts.Of(PlaceCounts.Zone(zoneId)),
        };
        if (above.Add(zoneId))
        {
            place.Places.Add(Book.Zones.Inside(zoneId).Select(inner => PlaceOf(inner.ZoneId, above)));
            above.Remove(zoneId);
        }

        return place;
    }
}
