using System.Globalization;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>
/// Aggregates computed the slow and obvious way, record by record, over everything that was ever pushed: what the hub must answer. It
/// shares no code with the hub.
/// </summary>
internal sealed class ModelCity
{
    public Dictionary<string, ModelVersions<ModelRecord>> Types { get; } = [];

    public ModelVersions<ModelZone> Zones { get; } = new();

    public ModelVersions<ModelLayout> Layouts { get; } = new();

    /// <summary>Divisions by the unit that counts them.</summary>
    public Dictionary<string, string> Units { get; } = [];

    /// <summary>The records of a type at a moment, standing where they stand then.</summary>
    public List<ModelRecord> Records(string type, int? step, DateOnly? day)
    {
        var organizations = Types["enterprise.organization"].At(step, day);
        return [.. Types[type].At(step, day).Values.Select(Placed)];

        ModelRecord Placed(ModelRecord record)
        {
            if (record.Organization is null)
            {
                return record with { Unit = record.Unit ?? UnitOf(record.Division) };
            }

            return organizations.TryGetValue(record.Organization, out var organization)
                ? record with
                {
                    Zones = organization.Zones,
                    Unit = organization.Unit ?? UnitOf(organization.Division),
                    Division = organization.Division,
                    Fields = record.Fields.Concat(organization.Fields.Select(field => KeyValuePair.Create($"organization.{field.Key}", field.Value)))
                        .ToDictionary(),
                }
                : record;
        }
    }

    /// <summary>The layout of a name, or the default one of a day.</summary>
    public ModelLayout? Layout(string id, int? step, DateOnly? day, DateOnly today)
    {
        var date = (day ?? today).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var layouts = Layouts.At(step, day).Values;
        return id.Length > 0
            ? layouts.SingleOrDefault(layout => layout.Id == id)
            : layouts.SingleOrDefault(layout =>
                string.CompareOrdinal(layout.From, date) <= 0 && (layout.To.Length == 0 || string.CompareOrdinal(date, layout.To) <= 0));
    }

    /// <summary>Values of a group key of a record: one, or for places any number; null stands for none.</summary>
    public List<object?> ValuesOf(ModelRecord record, string group, ModelLayout? layout, int? step, DateOnly? day)
    {
        switch (group)
        {
            case "@unit":
                return [record.Unit];
            case "@division":
                return [record.Division?[..Math.Min(6, record.Division.Length)]];
            case "@division(9)":
                return [record.Division?[..Math.Min(9, record.Division.Length)]];
            case "@zone" or "@park" or "@place":
                var zones = Zones.At(step, day);
                var around = new HashSet<string>();
                foreach (var zone in record.Zones)
                {
                    for (var id = zone; zones.TryGetValue(id, out var found) && around.Add(id); id = found.Parent)
                    {
                    }
                }

                List<object?> values = group switch
                {
                    "@zone" => [.. layout!.Zones.Where(part => part.Value.Any(around.Contains)).Select(part => part.Key)],
                    "@park" => [.. layout!.Parks.Where(around.Contains)],
                    _ => [.. around],
                };
                return values.Count > 0 ? values : [null];
            default:
                var open = group.IndexOf('(', StringComparison.Ordinal);
                if (open < 0)
                {
                    return [record[group]];
                }

                return record[group[(open + 1)..^1]] is not DateOnly date ? [null] : [group[..open] switch
                {
                    "year" => date.Year.ToString("D4", CultureInfo.InvariantCulture),
                    "quarter" => string.Create(CultureInfo.InvariantCulture, $"{date.Year:D4}-Q{(date.Month + 2) / 3}"),
                    _ => date.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                }];
        }
    }

    /// <summary>Value of a measure over records, each of which counts once; null when there is nothing to measure.</summary>
    public static object? Measure(string function, string field, IReadOnlyCollection<ModelRecord> records)
    {
        var values = records.Select(record => record[field]).Where(value => value is not null).ToList();
        switch (function)
        {
            case "count":
                return (decimal)records.Select(record => record.Key).Distinct().Count();
            case "distinct":
                return (decimal)values.Distinct().Count();
        }

        if (values.Count == 0)
        {
            return null;
        }

        if (values[0] is DateOnly)
        {
            return function == "min" ? values.Min() : values.Max();
        }

        var numbers = values.ConvertAll(value => Convert.ToDecimal(value, CultureInfo.InvariantCulture));
        return function switch
        {
            "min" => numbers.Min(),
            "max" => numbers.Max(),
            "sum" => numbers.Sum(),
            _ => Math.Round(numbers.Sum() / numbers.Count, 6, MidpointRounding.AwayFromZero),
        };
    }

    private string? UnitOf(string? division)
    {
        for (var length = 12; division is not null && length >= 6; length -= 3)
        {
            if (division.Length >= length && Units.TryGetValue(division[..length], out var unit))
            {
                return unit;
            }
        }

        return null;
    }
}
