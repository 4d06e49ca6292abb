using System.Globalization;
using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>A hub in memory that keeps every promise, and the history of what was asked of it.</summary>
internal sealed class ModelHub
{
    private static readonly DateTime Start = new(2021, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Dictionary<(string Source, string Key), List<DumpRow>> _records = [];
    private readonly Dictionary<(string Source, string Stream), (long Epoch, long Sequence)> _streams = [];
    private readonly List<DumpQuarantined> _quarantined = [];
    private readonly List<DumpFrame> _frames = [];

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

    public static string DigestOf(IReadOnlyList<HistoryChange> changes) =>
        string.Join('|', changes.Select(change => $"{change.Key}={change.Hash}{change.Marker}"));

    public Connection Open(string source, string stream)
    {
        var (epoch, sequence) = _streams.GetValueOrDefault((source, stream));
        _streams[(source, stream)] = (epoch + 1, sequence);
        var process = Operations.Count(operation => operation.Kind == OperationKind.Opened) + 1;
        var step = new Operation(OperationKind.Opened, process, source, stream, epoch + 1, sequence);
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
        foreach (var records in _records.GroupBy(record => record.Key.Key, record => record.Value))
        {
            var best = records.Select(rows => rows[^1]).Where(row => !row.IsDeleted)
                .OrderBy(row => row.Rank).ThenBy(row => row.Source, StringComparer.Ordinal).FirstOrDefault();
            foreach (var rows in records)
            {
                dump.Rows.AddRange(rows[..^1]);
                dump.Rows.Add(rows[^1] with { IsCurrent = true, IsConsolidated = rows[^1] == best });
            }
        }

        return dump;
    }

    private (HistoryCounts Counts, List<HistoryRejected> Rejected) Commit(
        string source, string stream, long sequence, IReadOnlyList<HistoryChange> changes)
    {
        var counts = HistoryCounts.Zero;
        var rejected = new List<HistoryRejected>();
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].IsDirty)
            {
                counts += new HistoryCounts(0, 0, 0, 1);
                rejected.Add(new HistoryRejected(sequence, i));
                _quarantined.Add(new DumpQuarantined(source, stream, sequence, i, changes[i].Key));
            }
            else
            {
                counts += Apply(source, changes[i]);
            }
        }

        _streams[(source, stream)] = _streams[(source, stream)] with { Sequence = sequence };
        _frames.Add(new DumpFrame(source, stream, sequence, DigestOf(changes), changes.Count, counts));
        return (counts, rejected);
    }

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

        var now = Start.AddSeconds(_frames.Count);
        if (rows.Count > 0)
        {
            rows[^1] = rows[^1] with { SupersededAt = now };
        }

        var rank = int.Parse(source[^1..], CultureInfo.InvariantCulture) / 2;
        rows.Add(new DumpRow(
            change.Key, source, rows.Count + 1, change.Hash, change.Hash, change.IsDelete, false, rank, now, null, IsCurrent: false));
        return change.IsDelete ? new HistoryCounts(0, 0, 1, 0) : new HistoryCounts(1, 0, 0, 0);
    }
}
