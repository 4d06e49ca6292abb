using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Layouts;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Query.Places;

/// <summary>The layouts, zones and reporting units of a moment: what the places of records mean.</summary>
/// <param name="Day">Business date of the moment; zones, units and layouts that do not hold on it count for nothing.</param>
/// <param name="Layouts">Every layout in the order of the ids, also those that do not hold on the day.</param>
/// <param name="Zones">The zones of the day.</param>
/// <param name="Units">The units of the day in the order of the ids.</param>
internal sealed record PlaceBook(string Day, IReadOnlyList<LayoutDefinition> Layouts, ZoneMap Zones, IReadOnlyList<ReportingUnit> Units)
{
    /// <summary>Ids of the types that it is made of.</summary>
    public static IReadOnlyList<string> Types { get; } = ["region.layout", "region.zone", "region.reporting_unit"];

    /// <summary>Ids of all zones that are known, also of those that do not hold on the day.</summary>
    public required IReadOnlySet<string> KnownZones { get; init; }

    /// <summary>Ids of all units that are known, also of those that do not hold on the day.</summary>
    public required IReadOnlySet<string> KnownUnits { get; init; }

    /// <summary>Reads the book as of a moment, on a connection whose transaction the reads that follow share.</summary>
    public static async Task<PlaceBook> ReadAsync(
        HubStorage storage, EntityTypes types, NpgsqlConnection connection, ReadTime time, DateOnly today, CancellationToken cancellationToken)
    {
        var day = Text(time.EffectiveOn ?? (time.RecordedAsOf is { } instant ? ChinaTime.DayOf(instant) : today));
        var messages = new StoredMessages(storage, types, connection, time);
        var layouts = await messages.ReadAsync(LayoutDefinition.Parser, cancellationToken);
        var zones = await messages.ReadAsync(Zone.Parser, cancellationToken);
        var units = await messages.ReadAsync(ReportingUnit.Parser, cancellationToken);
        return new PlaceBook(
            day,
            layouts,
            new ZoneMap(zones.Where(zone => HoldsOn(day, zone.ValidFrom, zone.ValidTo))),
            units.FindAll(unit => HoldsOn(day, unit.ValidFrom, unit.ValidTo)))
        {
            KnownZones = zones.Select(zone => zone.ZoneId).ToHashSet(),
            KnownUnits = units.Select(unit => unit.UnitId).ToHashSet(),
        };
    }

    /// <summary>The layout of an id, or the default one of the day; null when there is none.</summary>
    public LayoutDefinition? Find(string id) => id.Length > 0
        ? Layouts.FirstOrDefault(layout => layout.LayoutId == id)
        : Layouts
            .Where(layout => layout.IsDefault && HoldsOn(Day, layout.ValidFrom, layout.ValidTo))
            .MaxBy(layout => layout.ValidFrom, StringComparer.Ordinal);

    /// <summary>Name of a unit; its id when it is not known.</summary>
    public string NameOfUnit(string id) => Units.FirstOrDefault(unit => unit.UnitId == id)?.Name ?? id;

    /// <summary>Divisions with the unit that counts them. Where two units claim one, the first id has it: a record stands in one unit.</summary>
    public ILookup<int, (string Division, string Unit)> UnitsByDivisionLength() => Units
        .SelectMany(unit => unit.Divisions, (unit, division) => (Division: division, Unit: unit.UnitId))
        .DistinctBy(pair => pair.Division)
        .ToLookup(pair => pair.Division.Length);

    /// <summary>Whether a period that may be open on both sides contains a day.</summary>
    public static bool HoldsOn(string day, string validFrom, string validTo) =>
        string.CompareOrdinal(validFrom, day) <= 0 && (validTo.Length == 0 || string.CompareOrdinal(day, validTo) <= 0);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
