using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>One cell as read.</summary>
/// <param name="Groups">Values of the groups, null for absent; none for the total.</param>
/// <param name="Values">Values of the measures, null for absent.</param>
/// <param name="Behind">Contributors, where they matter.</param>
/// <param name="IsWithheld">The values must not be shown.</param>
internal sealed record CellRow(IReadOnlyList<string?> Groups, IReadOnlyList<string?> Values, Contributions Behind, bool IsWithheld = false);

/// <summary>The cells of a page and the total.</summary>
/// <param name="Total">Everything.</param>
/// <param name="Rows">The groups of the page.</param>
/// <param name="TotalRows">Groups over all pages.</param>
/// <param name="LeftOut">Contributors that the filter, and each of its conditions, leaves out, where they matter.</param>
internal sealed record CellPage(CellRow Total, IReadOnlyList<CellRow> Rows, long TotalRows, IReadOnlyList<Contributions> LeftOut)
{
    private const int FirstValue = 2;

    /// <summary>Reads the result of <see cref="AggregateSql.Groups"/>.</summary>
    public static async Task<CellPage> ReadAsync(NpgsqlDataReader reader, AggregatePlan plan, CancellationToken cancellationToken)
    {
        CellRow? total = null;
        var rows = new List<CellRow>();
        long count = 0;
        var leftOut = new List<Contributions>();
        var measures = FirstValue + plan.Groups.Count;
        var contributors = measures + plan.Measures.Count;
        while (await reader.ReadAsync(cancellationToken))
        {
            var behind = new Contributions(
                reader.GetInt64(contributors), reader.GetFieldValue<double[]>(contributors + 1), reader.GetFieldValue<double[]>(contributors + 2));
            switch (reader.GetInt32(0))
            {
                case 0:
                    total = new CellRow([], Texts(measures, plan.Measures.Count), behind);
                    count = reader.GetInt64(contributors + 3);
                    break;
                case 1:
                    rows.Add(new CellRow(Texts(FirstValue, plan.Groups.Count), Texts(measures, plan.Measures.Count), behind));
                    break;
                default:
                    leftOut.Add(behind);
                    break;
            }
        }

        return new CellPage(total!, rows, count, leftOut);

        string?[] Texts(int first, int number) =>
            [.. Enumerable.Range(first, number).Select(column => reader.IsDBNull(column) ? null : reader.GetString(column))];
    }

    /// <summary>
    /// Withholds what would tell about single contributors and cuts the page. When the total would, or what the filter or a condition of it
    /// leaves out, so that the totals with and without it would tell, everything is withheld, even which groups there are.
    /// </summary>
    /// <param name="limits">What a cell must keep.</param>
    /// <param name="namesWithheld">Groups that are withheld are named: that there are such records tells nothing more of them.</param>
    /// <param name="offset">Groups before the page.</param>
    /// <param name="size">Most groups of it.</param>
    public CellPage Protect(CellLimits limits, bool namesWithheld, long offset, int size)
    {
        if (Total.Behind.Tell(limits) || LeftOut.Any(left => left.Count > 0 && left.Tell(limits)))
        {
            return this with { Total = Total with { IsWithheld = true }, Rows = [], TotalRows = 0 };
        }

        var withheld = SmallCells.Find([.. Rows.Select(row => (row.Groups, row.Behind))], limits);
        var rows = Rows.Select((row, i) => row with { IsWithheld = withheld[i] }).Where(row => namesWithheld || !row.IsWithheld).ToList();
        return this with { Rows = [.. rows.Skip((int)offset).Take(size)], TotalRows = rows.Count };
    }
}
