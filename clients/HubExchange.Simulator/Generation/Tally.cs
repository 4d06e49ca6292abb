namespace HubExchange.Simulator.Generation;

/// <summary>Counts by indicator, unit and month, so that the figures the units declare are those of their records.</summary>
internal sealed class Tally
{
    private readonly Dictionary<(string Indicator, string Unit), decimal[]> _months = [];

    /// <summary>Counts something that happened on a day.</summary>
    public void Add(string indicator, Unit unit, DateOnly day, decimal amount = 1)
    {
        if (!_months.TryGetValue((indicator, unit.Id), out var months))
        {
            _months[(indicator, unit.Id)] = months = new decimal[12];
        }

        months[day.Month - 1] += amount;
    }

    /// <summary>From January to the end of a month.</summary>
    public decimal UpTo(string indicator, Unit unit, int month) =>
        _months.TryGetValue((indicator, unit.Id), out var months) ? months.AsSpan(0, month).ToArray().Sum() : 0;
}
