using System.Globalization;

namespace HubExchange.EndToEnd;

/// <summary>What was done in a soak, over all its hubs.</summary>
internal sealed class SoakFigures
{
    private readonly Dictionary<Fault, int> _faults = [];
    private int _hubKills;
    private int _databaseKills;
    private long _frames;
    private long _changes;

    /// <summary>Adds what was done to one hub.</summary>
    public void Add(SoakRounds rounds)
    {
        _hubKills += rounds.Faults.HubKills;
        _databaseKills += rounds.Faults.DatabaseKills;
        _frames += rounds.Frames;
        _changes += rounds.Changes;
        foreach (var (fault, count) in rounds.Faults.Counts)
        {
            _faults[fault] = Of(fault) + count;
        }
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {_hubKills} kills of the hub ({Of(Fault.FailPoint)} at fail points), {_databaseKills} of the database, {Of(Fault.Throws)} phases of errors and delays, {Sum(Fault.PauseHub, Fault.PauseDatabase)} pauses, {Sum(Fault.Cut, Fault.Abandon, Fault.HalfClose, Fault.Truncate)} cuts, {Sum(Fault.Blackhole, Fault.SlowLine, Fault.LongLine)} deaf or slow phases, {Of(Fault.FullDisk)} full disks, {_frames} frames, {_changes} changes
        """);

    private int Of(Fault fault) => _faults.GetValueOrDefault(fault);

    private int Sum(params ReadOnlySpan<Fault> faults)
    {
        var sum = 0;
        foreach (var fault in faults)
        {
            sum += Of(fault);
        }

        return sum;
    }
}
