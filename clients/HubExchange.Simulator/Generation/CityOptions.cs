namespace HubExchange.Simulator.Generation;

/// <summary>What city to generate. Equal options give byte-identical records, on every machine and at every time.</summary>
public sealed record CityOptions
{
    /// <summary>Largest accepted <see cref="Scale"/>; beyond it the synthetic credit codes would run out.</summary>
    public const double MaxScale = 100;

    /// <summary>Smallest accepted <see cref="Scale"/>; below it some types would have no record.</summary>
    public const double MinScale = 0.05;

    /// <summary>Seed of every choice. 2021 unless set.</summary>
    public long Seed { get; init; } = 2021;

    /// <summary>Size, 0.05-100: 1 is a city of 3,000 organisations and about 20,000 records, which it is unless set.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Faulty records, 0-0.5 as a share of the sound ones. 0.01 unless set.</summary>
    public double DirtyShare { get; init; } = 0.01;

    /// <summary>Year the records are about, 2010-2090. 2021, the year of the plan, unless set.</summary>
    public int Year { get; init; } = 2021;

    internal void EnsureValid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Scale, MinScale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Scale, MaxScale);
        ArgumentOutOfRangeException.ThrowIfNegative(DirtyShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DirtyShare, 0.5);
        ArgumentOutOfRangeException.ThrowIfLessThan(Year, 2010);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Year, 2090);
    }
}
