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
/// <param name="LeftOut">Contributors that the filter leaves out, where they matter.</param>
internal sealed record CellPage(CellRow Total, IReadOnlyList<CellRow> Rows, long TotalRows, Contributions LeftOut)
{
    private const int FirstValue = 2;

    /// <summary>Reads the result of <see cref="AggregateSql.Groups"/>.</summary>
    public static async Task<CellPage> ReadAsync(NpgsqlDataReader reader, AggregatePlan plan, CancellationToken cancellationToken)
    {
        CellRow? total = null;
        var rows = new List<CellRow>();
        long count = 0;
        Contributions? leftOut = null;
        var measures = FirstValue + plan.Groups.Count;
        var contributors = measures + plan.Measures.Count;
        while (await reader.ReadAsync(cancellationToken))
        {
            var values = Texts(measures, plan.Measures.Count);
            if (reader.GetInt32(0) == 0)
            {
                total = new CellRow([], values, Behind(contributors));
                leftOut = Behind(contributors + 3);
                count = reader.GetInt64(contributors + 6);
            }
            else
            {
                rows.Add(new CellRow(Texts(FirstValue, plan.Groups.Count), values, Behind(contributors)));
            }
        }

        return new CellPage(total!, rows, count, leftOut!);

        Contributions Behind(int first) =>
            new(reader.GetInt64(first), reader.GetFieldValue<double[]>(first + 1), reader.GetFieldValue<double[]>(first + 2));

        string?[] Texts(int first, int number) =>
            [.. Enumerable.Range(first, number).Select(column => reader.IsDBNull(column) ? null : reader.GetString(column))];
    }

    /// <summary>
    /// Withholds what would tell about single contributors and cuts the page. When the total would, or what the filter leaves out, so that the total with and without filter would tell of it, everything is withheld.
    /// </summary>
    public CellPage Protect(CellLimits limits, long offset, int size)
    {
        var isAllWithheld = Total.Behind.Tell(limits) || (LeftOut.Count > 0 && LeftOut.Tell(limits));
        var withheld = SmallCells.Find([.. Rows.Select(row => (row.Groups, row.Behind))], limits);
        return this with
        {
            Total = Total with { IsWithheld = isAllWithheld },
            Rows =
            [
                .. Rows.Select((row, i) => row with { IsWithheld = isAllWithheld || withheld[i] }).Skip((int)offset).Take(size),
            ],
        };
    }
}
