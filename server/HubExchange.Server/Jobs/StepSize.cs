namespace HubExchange.Server.Jobs;

/// <summary>
/// How many records the steps of a run look at. It follows how long they take: a step holds locks and a snapshot, so it should be short,
/// and each costs a commit, so it should not be too short.
/// </summary>
internal sealed class StepSize(JobOptions options)
{
    /// <summary>No step looks at less: one that is too slow with so few has another trouble than their number.</summary>
    public const int Fewest = 10;

    // Where nothing is known yet.
    private const int First = 1_000;

    // At once; the next step corrects it again.
    private const int MostGrowth = 2;
    private const int MostShrinking = 8;

    /// <summary>Most records of the next step.</summary>
    public int Records { get; private set; } = Math.Min(First, options.StepRecords);

    /// <summary>A step has ended.</summary>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="examined">What it looked at; of one that was not full it cannot be said that more would be quick.</param>
    public void Ended(TimeSpan elapsed, long examined)
    {
        var factor = options.StepTime / (elapsed > TimeSpan.Zero ? elapsed : TimeSpan.FromTicks(1));
        if (factor < 1 || (factor >= MostGrowth && examined >= Records))
        {
            Change(Math.Clamp(factor, 1.0 / MostShrinking, MostGrowth));
        }
    }

    /// <summary>A step took longer than a statement may.</summary>
    /// <returns>Whether fewer records may help.</returns>
    public bool TryShrink()
    {
        var before = Records;
        Change(1.0 / MostShrinking);
        return Records < before;
    }

    private void Change(double factor) =>
        Records = (int)Math.Clamp(Records * factor, Math.Min(Fewest, options.StepRecords), options.StepRecords);
}
