using HubExchange.V1;

namespace HubExchange.Server.Layouts;

/// <summary>What is different between two layouts: their parts, and every count.</summary>
internal static class LayoutComparison
{
    public static CompareLayoutsResponse Of(CountedLayout before, CountedLayout after)
    {
        var response = new CompareLayoutsResponse
        {
            Before = LayoutReader.Outline(before.Definition),
            After = LayoutReader.Outline(after.Definition),
        };
        var (earlier, later) = (PartsOf(before), PartsOf(after));
        foreach (var (key, part) in earlier.Concat(later.Where(pair => !earlier.ContainsKey(pair.Key))))
        {
            var then = earlier.GetValueOrDefault(key);
            var now = later.GetValueOrDefault(key);
            if (ChangeOf(key, then, now) is { } change)
            {
                response.Changes.Add(change);
            }

            response.Counts.Add(CountsOf(key, now?.Name ?? part.Name, then?.Counts ?? new Counts(), now?.Counts ?? new Counts()));
        }

        return response;
    }

    private static LayoutChange? ChangeOf((LayoutPart Part, string Id) key, LayoutElement? before, LayoutElement? after)
    {
        var kind = (before, after) switch
        {
            (null, _) => LayoutChangeKind.Added,
            (_, null) => LayoutChangeKind.Removed,
            _ when !before.Above.SetEquals(after.Above) => LayoutChangeKind.Moved,
            _ => LayoutChangeKind.Unspecified,
        };
        return kind == LayoutChangeKind.Unspecified ? null : new LayoutChange
        {
            Kind = kind,
            Part = key.Part,
            Id = key.Id,
            Name = (after ?? before)!.Name,
            Before = { Sorted(before) },
            After = { Sorted(after) },
        };
    }

    private static IEnumerable<CountChange> CountsOf((LayoutPart Part, string Id) key, string name, Counts before, Counts after) =>
        from type in before.ByType.Keys.Union(after.ByType.Keys).Order(StringComparer.Ordinal)
        let then = before.ByType.GetValueOrDefault(type)
        let now = after.ByType.GetValueOrDefault(type)
        where then != now
        select new CountChange { Part = key.Part, Id = key.Id, Name = name, Type = type, Before = then, After = now };

    private static Dictionary<(LayoutPart Part, string Id), LayoutElement> PartsOf(CountedLayout counted)
    {
        var layout = counted.ToLayout();
        var parts = new Dictionary<(LayoutPart Part, string Id), LayoutElement>();
        Add(LayoutPart.City, "", "全市", layout.Totals);
        foreach (var zone in layout.Zones)
        {
            Add(LayoutPart.Group, zone.Id, zone.Name, zone.Counts);
            AddPlaces(zone.Places, zone.Id);
        }

        foreach (var park in layout.Parks)
        {
            Add(LayoutPart.Park, park.ZoneId, park.Name, park.Counts);
        }

        foreach (var unit in layout.Units)
        {
            Add(LayoutPart.Unit, unit.Id, unit.Name, unit.Counts);
        }

        Add(LayoutPart.Unplaced, "", "未落地", layout.Unplaced);
        return parts;

        void AddPlaces(IEnumerable<LayoutPlace> places, string above)
        {
            foreach (var place in places)
            {
                Add(LayoutPart.Zone, place.ZoneId, place.Name, place.Counts, above);
                AddPlaces(place.Places, place.ZoneId);
            }
        }

        // A zone may be listed by several zones of the layout; it is one part that stands below each.
        void Add(LayoutPart part, string id, string name, Counts counts, params ReadOnlySpan<string> above)
        {
            if (!parts.TryGetValue((part, id), out var element))
            {
                parts[(part, id)] = element = new LayoutElement(name, counts, []);
            }

            foreach (var one in above)
            {
                element.Above.Add(one);
            }
        }
    }

    private static IEnumerable<string> Sorted(LayoutElement? element) => element?.Above.Order(StringComparer.Ordinal).AsEnumerable() ?? [];

    private sealed record LayoutElement(string Name, Counts Counts, HashSet<string> Above);
}
