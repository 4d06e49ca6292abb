namespace HubExchange.Server.Query.Aggregation;

/// <summary>Who stands behind a cell.</summary>
/// <param name="Count">Contributors.</param>
/// <param name="Largest">For each summed measure what the largest contributor adds to it, without its sign.</param>
/// <param name="All">For each summed measure what all contributors add to it, without their signs.</param>
internal sealed record Contributions(long Count, double[] Largest, double[] All)
{
    /// <summary>The same of one summed measure; of none, where it is negative.</summary>
    public Contributions Of(int measure) => measure < 0 ? new(Count, [], []) : new(Count, [Largest[measure]], [All[measure]]);

    /// <summary>The cell tells about single contributors: there are too few of them, or one makes up nearly all of it.</summary>
    public bool Tell(CellLimits limits) => Count < limits.MinContributors || AreDominated([this], limits);

    /// <summary>
    /// In the sum of some cells one contributor may make up nearly all. It stands in each of them with no more than the largest there, so
    /// this is never false where it is so.
    /// </summary>
    public static bool AreDominated(IReadOnlyList<Contributions> cells, CellLimits limits)
    {
        for (var measure = 0; cells.Count > 0 && measure < cells[0].All.Length; measure++)
        {
            if (cells.Sum(cell => cell.Largest[measure]) > limits.MaxShare * cells.Sum(cell => cell.All[measure]))
            {
                return true;
            }
        }

        return false;
    }
}
