using System.Globalization;
using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>A hub in memory that keeps every promise, and the history of what was asked of it.</summary>
internal sealed class ModelHub
{
    private static readonly DateTime Start = new(2021, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Dictionary<(string Source, string Key), List<DumpRow>> _records = [];
    private readonly Dictionary<(string Source, string Stream), (long Epoch, long Sequence)> _streams = [];
    private readonly Dictionary<string, List<DumpRow>> _hubRecords = [];
    private readonly List<DumpChange> _changes = [];
    private readonly List<DumpQuarantined> _quarantined = [];
    private readonly List<DumpFrame> _frames = [];
    private int _processes;
    private int _commits;

    public List<Operation> Operations { get; } = [];

    /// <summary>One connection, with what it has committed since its last ack.</summary>
    internal sealed class Connection(ModelHub hub, Operation step)
    {
        private HistoryCounts _counts = HistoryCounts.Zero;
        private List<HistoryRejected> _rejected = [];

        public Operation Step => step;

        public long Sequence { get; private set; } = step.Sequence;

        public void Invoke(long sequence, IReadOnlyList<HistoryChange> changes) => hub.Operations.Add(step with
        {
            Kind = OperationKind.Invoke,
            Sequence = sequence,
            Digest = DigestOf(changes),
            Changes = changes,
        });

        public void Commit(IReadOnlyList<HistoryChange> changes)
        {
            Sequence++;
            var (counts, rejected) = hub.Commit(step.Source, step.Stream, Sequence, changes);
            _counts += counts;
            _rejected.AddRange(rejected);
        }

        public void Ack()
        {
            hub.Operations.Add(step with { Kind = OperationKind.Ok, Sequence = Sequence, Counts = _counts, Rejected = _rejected });
            _counts = HistoryCounts.Zero;
            _rejected = [];
        }

        public void Refuse(long sequence, IReadOnlyList<HistoryChange> changes, string reason) => hub.Operations.Add(step with
        {
            Kind = OperationKind.Fail,
            Sequence = sequence,
            Digest = DigestOf(changes),
            Reason = reason,
        });

        public void Break() => hub.Operations.Add(step with { Kind = OperationKind.Info, Sequence = 0, Reason = "broken" });
    }

    /// <summary>A unary push.</summary>
    /// <param name="source">Node that sends.</param>
    /// <param name="changes">What it sends.</param>
    /// <param name="isCommitted">It reaches the store.</param>
    /// <param name="isAnswered">The answer reaches the sender.</param>
    public void Push(string source, IReadOnlyList<HistoryChange> changes, bool isCommitted, bool isAnswered)
    {
        var step = new Operation(OperationKind.Invoke, NextProcess(), source, "", 0, 0) { Digest = DigestOf(changes), Changes = changes };
        Operations.Add(step);
        var (counts, rejected) = isCommitted ? Apply(source, "", 0, changes) : (HistoryCounts.Zero, []);
        step = step with { Digest = "", Changes = [] };
        Operations.Add(isCommitted && isAnswered
            ? step with { Kind = OperationKind.Ok, Counts = counts, Rejected = rejected }
            : step with { Kind = OperationKind.Info, Reason = "broken" });
    }

    public static string DigestOf(IReadOnlyList<HistoryChange> changes) =>
        string.Join('|', changes.Select(change => $"{change.Key}={change.Hash}{change.Marker}"));

    public Connection Open(string source, string stream)
    {
        var (epoch, sequence) = _streams.GetValueOrDefault((source, stream));
        _streams[(source, stream)] = (epoch + 1, sequence);
        var step = new Operation(OperationKind.Opened, NextProcess(), source, stream, epoch + 1, sequence);
        Operations.Add(step);
        return new Connection(this, step);
    }

    public HubDump Dump()
    {
        var dump = new HubDump();
        dump.Frames.AddRange(_frames);
        dump.Quarantined.AddRange(_quarantined);
        dump.Streams.AddRange(_streams.Select(stream => new DumpStream(
            stream.Key.Source, stream.Key.Stream, stream.Value.Epoch, stream.Value.Sequence)));
        foreach (var rows in _records.Values)
        {
            dump.Rows.AddRange(rows[..^1]);
            dump.Rows.Add(rows[^1] with { IsCurrent = true, IsConsolidated = LivingOf(rows[0].Key) is [var only] && only == rows[^1] });
        }

        foreach (var rows in _hubRecords.Values)
        {
            dump.HubRows.AddRange(rows[..^1]);
            dump.HubRows.Add(rows[^1] with { IsCurrent = true, IsConsolidated = !rows[^1].IsDeleted });
        }

        dump.Changes.AddRange(_changes);
        return dump;
    }

    private (HistoryCounts Counts, List<HistoryRejected> Rejected) Commit(
        string source, string stream, long sequence, IReadOnlyList<HistoryChange> changes)
    {
        var (counts, rejected) = Apply(source, stream, sequence, changes);
        _streams[(source, stream)] = _streams[(source, stream)] with { Sequence = sequence };
        _frames.Add(new DumpFrame(source, stream, sequence, DigestOf(changes), changes.Count, counts));
        return (counts, rejected);
    }

    private (HistoryCounts Counts, List<HistoryRejected> Rejected) Apply(
        string source, string stream, long sequence, IReadOnlyList<HistoryChange> changes)
    {
        _commits++;
        var counts = HistoryCounts.Zero;
        var rejected = new List<HistoryRejected>();
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].IsDirty)
            {
                counts += new HistoryCounts(0, 0, 0, 1);
                rejected.Add(new HistoryRejected(sequence, i, Quarantine(source, stream, sequence, i, changes[i])));
            }
            else
            {
                Mend(source, changes[i].Key);
                counts += Apply(source, changes[i]);
            }
        }

        return (counts, rejected);
    }

    private long Quarantine(string source, string stream, long sequence, int index, HistoryChange change)
    {
        var equal = _quarantined.Find(refused =>
            refused.IsOpen && refused.Source == source && refused.Key == change.Key && refused.Content == change.Content);
        if (equal is not null)
        {
            return equal.Id;
        }

        _quarantined.Add(new DumpQuarantined(
            _quarantined.Count + 1, source, stream, sequence, index, change.Key, change.Content, IsOpen: true));
        return _quarantined.Count;
    }

    private void Mend(string source, string key)
    {
        for (var i = 0; i < _quarantined.Count; i++)
        {
            if (_quarantined[i].Source == source && _quarantined[i].Key == key)
            {
                _quarantined[i] = _quarantined[i] with { IsOpen = false };
            }
        }
    }

    private int NextProcess() => ++_processes;

    private HistoryCounts Apply(string source, HistoryChange change)
    {
        if (!_records.TryGetValue((source, change.Key), out var rows))
        {
            if (change.IsDelete)
            {
                return new HistoryCounts(0, 1, 0, 0);
            }

            _records[(source, change.Key)] = rows = [];
        }

        if (rows is [.., var current] && current.Hash == change.Hash)
        {
            return new HistoryCounts(0, 1, 0, 0);
        }

        var rank = int.Parse(source[^1..], CultureInfo.InvariantCulture) / 2;
        var before = LivingOf(change.Key);
        Append(rows, change.Key, source, change.Hash, rank);
        Settle(change.Key, source, before);
        return change.IsDelete ? new HistoryCounts(0, 0, 1, 0) : new HistoryCounts(1, 0, 0, 0);
    }

    private void Append(List<DumpRow> rows, string key, string source, string hash, int rank)
    {
        var now = Start.AddSeconds(_commits);
        if (rows.Count > 0)
        {
            rows[^1] = rows[^1] with { SupersededAt = now };
        }

        rows.Add(new DumpRow(key, source, rows.Count + 1, hash, hash, hash.Length == 0, false, rank, now, null, IsCurrent: false));
    }

    private List<DumpRow> LivingOf(string key) =>
        [.. _records.Where(record => record.Key.Key == key && record.Value.Count > 0).Select(record => record.Value[^1]).Where(row => !row.IsDeleted)
            .OrderBy(row => row.Rank).ThenBy(row => row.Source, StringComparer.Ordinal)];

    // What a source did, and what it means for those who look at consolidated records only.
    private void Settle(string key, string source, List<DumpRow> before)
    {
        var living = LivingOf(key);
        var hubs = _hubRecords.GetValueOrDefault(key);
        var wasShared = hubs is [.., { IsDeleted: false }];
        Announce(_records[(source, key)][^1], !wasShared && (living.Count == 0 || (living is [var only] && only.Source == source)));
        if (living.Count > 1 && (!wasShared || hubs![^1].Hash != living[0].Hash))
        {
            Append(hubs ?? (_hubRecords[key] = hubs = []), key, "HUB", living[0].Hash, int.MaxValue);
            Announce(hubs[^1], true);
        }
        else if (living.Count < 2 && wasShared)
        {
            Append(hubs!, key, "HUB", "", int.MaxValue);
            Announce(hubs![^1], living.Count == 0);
        }

        if (living is [var survivor] && before.Count > 1)
        {
            Announce(survivor, true);
        }
    }

    private void Announce(DumpRow row, bool changesConsolidated) =>
        _changes.Add(new DumpChange(
            _changes.Count + 1, row.Key, row.Source, row.Revision, row.IsDeleted, changesConsolidated, changesConsolidated ? ShownOf(row.Key) : null));

    private string? ShownOf(string key) =>
        _changes.FindLast(change => change.Key == key && change.ChangesConsolidated) is { IsDeletion: false } shown
            ? $"{shown.Source}/{shown.Revision}"
            : null;
}
