using System.Globalization;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;
using Level = HubExchange.Region.V1.Level;

namespace HubExchange.Server.Layouts;

/// <summary>Reads layouts and puts the counts at their places.</summary>
internal sealed class LayoutReader(EntityTypes types, HubStorage storage, LayoutCounter counter, TimeProvider time)
{
    private static readonly CodeList Classes = CodeList.Of(ZoneReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("ZoneClass"));
    private static readonly CodeList Levels = CodeList.Of(LevelReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("Level"));

    /// <summary>Every layout in the order of the ids.</summary>
    public async Task<List<LayoutDefinition>> ListAsync(CancellationToken cancellationToken) =>
        await ReadAsync(LayoutDefinition.Parser, cancellationToken);

    /// <summary>A layout with counts, the default one of today when <paramref name="id"/> is empty; null when there is none.</summary>
    public async Task<Layout?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var today = ChinaTime.Today(time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var layouts = await ListAsync(cancellationToken);
        var definition = id.Length > 0
            ? layouts.Find(layout => layout.LayoutId == id)
            : layouts
                .Where(layout => layout.IsDefault && IsValidOn(layout, today))
                .MaxBy(layout => layout.ValidFrom, StringComparer.Ordinal);
        if (definition is null)
        {
            return null;
        }

        var zones = new ZoneMap(await ReadAsync(Zone.Parser, cancellationToken));
        var units = await ReadAsync(ReportingUnit.Parser, cancellationToken);
        var counts = await counter.CountAsync(definition, zones, units, cancellationToken);
        return Build(definition, zones, units, counts);
    }

    /// <summary>A layout without counts.</summary>
    public static Layout Outline(LayoutDefinition definition) => new()
    {
        Id = definition.LayoutId,
        Name = definition.Name,
        ValidFrom = definition.ValidFrom,
        IsDefault = definition.IsDefault,
        Zones = { definition.Zones.Select(group => new LayoutZone { Id = group.Id, Name = group.Name }) },
    };

    private static bool IsValidOn(LayoutDefinition layout, string day) =>
        string.CompareOrdinal(layout.ValidFrom, day) <= 0 &&
        (layout.ValidTo.Length == 0 || string.CompareOrdinal(day, layout.ValidTo) <= 0);

    private static Layout Build(LayoutDefinition definition, ZoneMap zones, List<ReportingUnit> units, PlaceCounts counts)
    {
        var layout = Outline(definition);
        layout.Totals = counts.Of(PlaceCounts.City);
        layout.Unplaced = counts.Of(PlaceCounts.Unplaced);
        for (var i = 0; i < definition.Zones.Count; i++)
        {
            layout.Zones[i].Counts = counts.Of(PlaceCounts.Group(definition.Zones[i].Id));
            layout.Zones[i].Places.Add(definition.Zones[i].ZoneIds.Select(zoneId => PlaceOf(zoneId, zones, counts, [])));
        }

        layout.Parks.Add(definition.ParkIds.Select(zoneId => PlaceOf(zoneId, zones, counts, [])));
        layout.Units.Add(
            from id in definition.ReportingUnits
            let unit = units.Find(unit => unit.UnitId == id)
            select new LayoutUnit { Id = id, Name = unit?.Name ?? id, Counts = counts.Of(PlaceCounts.Unit(id)) });
        return layout;
    }

    // `above` guards against a circle of parents.
    private static LayoutPlace PlaceOf(string zoneId, ZoneMap zones, PlaceCounts counts, HashSet<string> above)
    {
        var zone = zones.Find(zoneId);
        var place = new LayoutPlace
        {
            ZoneId = zoneId,
            Name = zone?.Name ?? zoneId,
            ZoneClass = Classes.Find((int)(zone?.ZoneClass ?? ZoneClass.Unspecified))?.Name ?? "",
            Level = Levels.Find((int)(zone?.Level ?? Level.Unspecified))?.Name ?? "",
            Counts = counts.Of(PlaceCounts.Zone(zoneId)),
        };
        if (above.Add(zoneId))
        {
            place.Places.Add(zones.Inside(zoneId).Select(inner => PlaceOf(inner.ZoneId, zones, counts, above)));
            above.Remove(zoneId);
        }

        return place;
    }

    private async Task<List<T>> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>, new()
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"select hub_payload from {storage.TableOf(types.Of<T>()).Table} where hub_consolidated order by hub_key", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            records.Add(parser.ParseFrom(rows.GetFieldValue<byte[]>(0)));
        }

        return records;
    }
}
