using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using static HubExchange.Server.Tests.Query.Aggregation.RandomCity;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>Random aggregates agree with the model: groups, measures, filters, order, pages, totals and the records behind cells.</summary>
public sealed class AggregateOracleTests(RandomCity city) : IClassFixture<RandomCity>
{
    private const int Cases = 400;

    private static readonly Dictionary<string, string[]> Groups = new()
    {
        [Organizations] =
        [
            "org_kind", "industry_code", "reporting_unit", "staff_total", "year(established_on)", "quarter(established_on)",
            "month(established_on)", "established_on", "@unit", "@division", "@division(9)", "@zone", "@park", "@place",
        ],
        [Certificates] =
        [
            "recognition_type", "uscc", "year(issued_on)", "month(valid_to)", "organization.industry_code", "organization.org_kind",
            "@unit", "@division", "@division(9)", "@zone", "@park", "@place",
        ],
        [ZoneType] = ["zone_class", "parent_zone_id", "@unit", "@division", "@division(9)", "@place"],
    };

    private static readonly Dictionary<string, (MeasureFunction Function, string Field)[]> Measures = new()
    {
        [Organizations] =
        [
            (MeasureFunction.Count, ""), (MeasureFunction.Distinct, "industry_code"), (MeasureFunction.Sum, "staff_total"),
            (MeasureFunction.Avg, "staff_total"), (MeasureFunction.Min, "staff_total"), (MeasureFunction.Max, "staff_total"),
            (MeasureFunction.Min, "established_on"), (MeasureFunction.Max, "established_on"), (MeasureFunction.Sum, "registered_capital_fen"),
            (MeasureFunction.Avg, "registered_capital_fen"), (MeasureFunction.Distinct, "reporting_unit"),
        ],
        [Certificates] =
        [
            (MeasureFunction.Count, ""), (MeasureFunction.Distinct, "uscc"), (MeasureFunction.Min, "issued_on"), (MeasureFunction.Max, "valid_to"),
            (MeasureFunction.Distinct, "recognition_type"),
        ],
        [ZoneType] = [(MeasureFunction.Count, ""), (MeasureFunction.Distinct, "zone_class")],
    };

    private static readonly Dictionary<string, (string Text, Func<ModelRecord, bool> Holds)[]> Filters = new()
    {
        [Organizations] =
        [
            ("", _ => true),
            ("org_kind = ENTERPRISE", record => (string?)record["org_kind"] == "ENTERPRISE"),
            ("staff_total >= 300", record => record["staff_total"] is >= 300),
            ("NOT industry_code = \"3211\"", record => (string?)record["industry_code"] != "3211"),
            ("established_on >= \"2019-01-01\" AND staff_total < 700",
                record => record["established_on"] is DateOnly day && day >= new DateOnly(2019, 1, 1) && record["staff_total"] is < 700),
            ("staff_total > 5000", _ => false),
        ],
        [Certificates] =
        [
            ("", _ => true),
            ("recognition_type = FIRST", record => (string?)record["recognition_type"] == "FIRST"),
            ("issued_on < \"2019-06-01\"", record => record["issued_on"] is DateOnly day && day < new DateOnly(2019, 6, 1)),
        ],
        [ZoneType] = [("", _ => true), ("zone_class != SIP", record => (string?)record["zone_class"] != "SIP")],
    };

    private static readonly DateOnly?[] Days = [null, null, new(2020, 2, 1), new(2021, 5, 31), new(2021, 6, 1), new(2021, 12, 31), new(2022, 3, 1)];

    [Fact]
    public async Task RandomAggregates_AgreeWithTheModel()
    {
        var bureau = await city.Hub.PersonAsync("bureau");
        var random = new Random(4);
        var rows = 0;
        for (var number = 0; number < Cases; number++)
        {
            rows += await CheckAsync(bureau, random, number);
        }

        // Or the cases were about nothing.
        Assert.True(rows > Cases, $"{rows} rows");
    }

    private async Task<int> CheckAsync(HubClient bureau, Random random, int number)
    {
        var type = random.GetItems([Organizations, Certificates, Certificates, Organizations, ZoneType], 1)[0];
        var groups = Groups[type].OrderBy(_ => random.Next()).Take(random.Next(4)).ToArray();
        var measures = Measures[type].OrderBy(_ => random.Next()).Take(random.Next(1, 5)).ToArray();
        var (filter, holds) = random.GetItems(Filters[type], 1)[0];
        var day = random.GetItems(Days, 1)[0];
        int? step = random.Next(2) == 0 ? null : random.Next(city.Instants.Count);
        var layoutId = random.GetItems(["", "four", "named"], 1)[0];
        var least = random.Next(4) == 0 ? random.Next(1, 4) : 0;
        var isOrdered = random.Next(3) == 0;
        var request = new AggregateRecordsRequest
        {
            Type = type,
            Filter = filter,
            Groups = { groups },
            Measures = { measures.Select((measure, i) => new Measure { Id = $"v{i}", Function = measure.Function, Field = measure.Field }) },
            RecordedAsOf = step is { } known ? Timestamp.FromDateTime(city.Instants[known]) : null,
            EffectiveOn = day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            Layout = layoutId,
            Having = least > 0 ? $"v0 >= {(IsDate(measures[0]) ? "\"2019-06-01\"" : least)}" : "",
            OrderBy = isOrdered ? "v0 desc" : "",
            PageSize = random.Next(1, 40),
        };
        var records = city.Model.Records(type, step, day).Where(holds).ToList();
        var today = ChinaTime.Today(TimeProvider.System);
        var layout = city.Model.Layout(layoutId, step, day, today);
        var cells = (from record in records
                     from values in Combinations(groups.Select(name => city.Model.ValuesOf(record, name, layout, step, day)))
                     group record by new CellKey(values)).ToList();
        var expected = cells
            .Select(cell => (cell.Key, Values: Values(cell.ToList())))
            .Where(cell => least == 0 || (cell.Values[0] is DateOnly date ? date >= new DateOnly(2019, 6, 1) : cell.Values[0] is decimal value && value >= least))
            .OrderBy(cell => isOrdered && cell.Values[0] is null)
            .ThenByDescending(cell => isOrdered ? cell.Values[0] : null)
            .ThenBy(cell => cell.Key)
            .ToList();
        if (groups.Length == 0)
        {
            expected = [];
        }

        var context = $"case {number}: {request}";
        var first = await bureau.AggregateAsync(request, TestContext.Current.CancellationToken);
        var actual = await bureau.AggregateRowsAsync(request, TestContext.Current.CancellationToken).ToListAsync();
        Assert.True(Texts(Values(records)).SequenceEqual(first.Total.Values.Select(Text)), $"{context}\ntotal {first.Total}, not {string.Join(" ", Texts(Values(records)))}");
        Assert.True(expected.Count == first.TotalRows, $"{context}\n{expected.Count} expected, {first.TotalRows} rows");
        Assert.Equal(
            expected.Select(cell => $"{cell.Key} = {string.Join(" ", Texts(cell.Values))}").Prepend(context),
            actual.Select(row => $"{string.Join(" | ", row.Groups.Select(group => group.Absent ? "-" : group.Value))} = {string.Join(" ", row.Values.Select(Text))}")
                .Prepend(context));
        if (groups.Contains("@unit") && measures.Contains((MeasureFunction.Count, "")) && least == 0)
        {
            var count = Array.IndexOf(measures, (MeasureFunction.Count, ""));
            Assert.True(Number(first.Total, count) <= actual.Sum(row => Number(row, count)), context);
        }

        var cellNumber = random.Next(-1, actual.Count);
        if (number % 3 == 0)
        {
            var drill = cellNumber < 0 ? first.Total.Drill : actual[cellNumber].Drill;
            var listed = await bureau.ListCellAsync(drill, 7, TestContext.Current.CancellationToken).Select(record => record.Key).ToListAsync();
            var counted = cellNumber < 0 ? records : [.. cells.Single(cell => cell.Key.Equals(expected[cellNumber].Key))];
            Assert.Equal(counted.Select(record => record.Key).Order(StringComparer.Ordinal).Prepend(context), listed.Prepend(context));
        }

        return actual.Count;

        List<object?> Values(IReadOnlyCollection<ModelRecord> behind) =>
            [.. measures.Select(measure => ModelCity.Measure(measure.Function.ToString().ToLowerInvariant(), measure.Field, behind))];
    }

    private static bool IsDate((MeasureFunction Function, string Field) measure) =>
        measure.Function is MeasureFunction.Min or MeasureFunction.Max && measure.Field is "established_on" or "issued_on" or "valid_to";

    private static decimal Number(AggregateRow row, int measure) => decimal.Parse(row.Values[measure].Value, CultureInfo.InvariantCulture);

    private static string Text(MeasureValue value) => value.Absent ? "-" : value.Value;

    private static IEnumerable<string> Texts(IEnumerable<object?> values) => values.Select(value => value switch
    {
        null => "-",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => ((decimal)value).ToString("0.######", CultureInfo.InvariantCulture),
    });

    private static IEnumerable<object?[]> Combinations(IEnumerable<List<object?>> values) => values.Aggregate(
        (IEnumerable<object?[]>)[[]], (combinations, list) => combinations.SelectMany(_ => list, (head, value) => (object?[])[.. head, value]));

    /// <summary>Values of the groups of a cell, in the order of the hub: by value, absent last.</summary>
    private sealed class CellKey(object?[] values) : IEquatable<CellKey>, IComparable<CellKey>
    {
        private readonly object?[] _values = values;

        public bool Equals(CellKey? other) => other is not null && _values.SequenceEqual(other._values);

        public override bool Equals(object? obj) => Equals(obj as CellKey);

        public override int GetHashCode() => _values.Aggregate(0, HashCode.Combine);

        public int CompareTo(CellKey? other) =>
            _values.Zip(other!._values, Compare).FirstOrDefault(comparison => comparison != 0);

        public override string ToString() => string.Join(" | ", _values.Select(value => value switch
        {
            null => "-",
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        }));

        private static int Compare(object? a, object? b) => (a, b) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            (string x, string y) => string.CompareOrdinal(x, y),
            _ => Comparer<object>.Default.Compare(a, b),
        };
    }
}
