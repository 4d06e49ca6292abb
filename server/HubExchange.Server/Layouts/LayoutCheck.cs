using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Query.Places;

namespace HubExchange.Server.Layouts;

/// <summary>What can be wrong with a layout beside its fields: it names what is not there, names something twice, or rivals another one.</summary>
internal static class LayoutCheck
{
    /// <summary>Every problem, with the path of the field in the request.</summary>
    public static IEnumerable<FieldProblem> Problems(LayoutDefinition layout, PlaceBook book)
    {
        var problems = new List<FieldProblem>();
        if (layout.Zones.Count == 0 && layout.ParkIds.Count == 0 && layout.ReportingUnits.Count == 0)
        {
            problems.Add(new FieldProblem("layout.zones", "布局不能为空", "a layout needs a zone, a park or a reporting unit"));
        }

        Twice("layout.zones", layout.Zones.Select(zone => zone.Id));
        Twice("layout.park_ids", layout.ParkIds);
        Twice("layout.reporting_units", layout.ReportingUnits);
        for (var i = 0; i < layout.Zones.Count; i++)
        {
            var path = $"layout.zones[{i}].zone_ids";
            Twice(path, layout.Zones[i].ZoneIds);
            UnknownZones(path, layout.Zones[i].ZoneIds);
        }

        UnknownZones("layout.park_ids", layout.ParkIds);
        foreach (var unit in layout.ReportingUnits.Where(unit => !book.KnownUnits.Contains(unit)))
        {
            problems.Add(new FieldProblem("layout.reporting_units", $"没有填报单位 {unit}", $"there is no reporting unit {unit}"));
        }

        foreach (var rival in book.Layouts.Where(other => IsRival(layout, other)))
        {
            problems.Add(new FieldProblem(
                "layout.is_default",
                $"与默认布局“{rival.LayoutId}”的期间重叠({rival.ValidFrom} 至 {(rival.ValidTo.Length == 0 ? "今" : rival.ValidTo)})",
                $"overlaps the default layout '{rival.LayoutId}' ({rival.ValidFrom} to {(rival.ValidTo.Length == 0 ? "now" : rival.ValidTo)})"));
        }

        return problems;

        void Twice(string field, IEnumerable<string> ids)
        {
            foreach (var id in ids.GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key))
            {
                problems.Add(new FieldProblem(field, $"{id} 重复", $"{id} comes twice"));
            }
        }

        void UnknownZones(string field, IEnumerable<string> ids)
        {
            foreach (var id in ids.Where(id => !book.KnownZones.Contains(id)).Distinct())
            {
                problems.Add(new FieldProblem(field, $"没有园区 {id}", $"there is no zone {id}"));
            }
        }
    }

    private static bool IsRival(LayoutDefinition layout, LayoutDefinition other) =>
        layout.IsDefault && other.IsDefault && layout.LayoutId != other.LayoutId &&
        (layout.ValidTo.Length == 0 || string.CompareOrdinal(other.ValidFrom, layout.ValidTo) <= 0) &&
        (other.ValidTo.Length == 0 || string.CompareOrdinal(layout.ValidFrom, other.ValidTo) <= 0);
}
