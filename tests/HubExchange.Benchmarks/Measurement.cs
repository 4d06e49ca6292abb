using System.Globalization;

namespace HubExchange.Benchmarks;

/// <summary>A figure of the hub, with the same figure of a peer when there is one.</summary>
/// <param name="Name">Name, e.g. <c>ingest.new</c>.</param>
/// <param name="Zh">What it is, in Chinese.</param>
/// <param name="En">The same in English.</param>
/// <param name="Unit">Unit of the values.</param>
/// <param name="Values">One value per run.</param>
internal sealed record Measurement(string Name, string Zh, string En, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>What has to be reached; null when the figure only informs.</summary>
    public Target? Target { get; init; }

    /// <summary>The peer, or null.</summary>
    public string? Peer { get; init; }

    /// <summary>The peer's value of each run, taken beside ours.</summary>
    public IReadOnlyList<double> PeerValues { get; init; } = [];

    /// <summary>Median over the runs.</summary>
    public double Value => Statistics.Median(Values);

    /// <summary>Median over the runs, or null without a peer.</summary>
    public double? PeerValue => PeerValues.Count == 0 ? null : Statistics.Median(PeerValues);

    /// <summary>Ours divided by the peer's: the median of what each run gave, because both share the machine's ups and downs.</summary>
    public double? Ratio => PeerValues.Count == 0 ? null : Statistics.Median([.. Ratios]);

    /// <summary>Ours divided by the peer's in each run.</summary>
    public IEnumerable<double> Ratios => Values.Zip(PeerValues, (ours, peer) => ours / peer);

    /// <summary>Whether the target is reached, or null without a target.</summary>
    public bool? IsMet => Target?.IsMet(Target.OfRatio ? Ratio!.Value : Value);
}

/// <summary>A bound for a value, or for its ratio to the peer's.</summary>
/// <param name="OfRatio">It is about the ratio.</param>
/// <param name="Sign">Comparison: <c>&gt;=</c>, <c>&lt;=</c> or <c>&lt;</c>.</param>
/// <param name="Bound">The bound.</param>
internal sealed record Target(bool OfRatio, string Sign, double Bound)
{
    public static Target RatioAtLeast(double bound) => new(true, ">=", bound);

    public static Target RatioAtMost(double bound) => new(true, "<=", bound);

    public static Target RatioBelow(double bound) => new(true, "<", bound);

    public static Target AtLeast(double bound) => new(false, ">=", bound);

    public static Target Below(double bound) => new(false, "<", bound);

    public bool IsMet(double value) => Sign switch
    {
        ">=" => value >= Bound,
        "<=" => value <= Bound,
        _ => value < Bound,
    };

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(OfRatio ? "ratio " : "")}{Sign} {Bound:0.##}");
}
