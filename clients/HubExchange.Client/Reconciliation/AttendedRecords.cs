using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Reconciliation;
using HubExchange.V1;

namespace HubExchange.Client.Reconciliation;

/// <summary>
/// What a source answers for when the hub reconciles: keys and hashes of its records, kept current by the push sessions that are told of it
/// (<see cref="Push.PushOptions.Attended"/>), and where to find the records themselves. About 150 bytes of memory a record. Thread-safe.
/// </summary>
/// <remarks>
/// After a start the records are read from the source once, or from <see cref="StatePath"/>. From then on each frame is taken in as it gets its sequence, so that the source
/// can say what it had at any sequence of the last minutes: records on their way are not taken for differences.
/// </remarks>
public sealed partial class AttendedRecords
{
    // How long an acknowledged change can be gone back on: longer than the hub takes from looking at its side to asking.
    private static readonly TimeSpan GoBack = TimeSpan.FromMinutes(5);

    private const int MostKept = 1_000_000;

    private readonly Lock _gate = new();
    private readonly IRecordSource _source;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, (EntityType Type, TypeRecords Records)> _types;
    private byte[]? _secret;
    private long _prunedThrough;
    private bool _isLoaded;

    /// <param name="source">Where the records are.</param>
    /// <param name="types">The types the source answers for.</param>
    /// <param name="time">Clock; the system's when null.</param>
    public AttendedRecords(IRecordSource source, IEnumerable<EntityType> types, TimeProvider? time = null)
    {
        _source = source;
        _time = time ?? TimeProvider.System;
        _types = types.ToDictionary(type => type.Id, type => (type, new TypeRecords(type.Id)));
    }

    /// <summary>The hub has welcomed the source; raised again after each new connection. Must not throw or take long.</summary>
    public event EventHandler? Attending;

    /// <summary>The hub tells something, e.g. how a reconciliation ended. Must not throw or take long.</summary>
    public event EventHandler<Notice>? Noticed;

    /// <summary>The types.</summary>
    public IReadOnlyCollection<EntityType> Types => [.. _types.Values.Select(pair => pair.Type)];

    /// <summary>Everything up to here the hub has acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>Reads the records of the source. Keys that were pushed meanwhile are known better. A second time nothing happens.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        if (_isLoaded)
        {
            return;
        }

        var began = _time.GetUtcNow();
        foreach (var (type, records) in _types.Values)
        {
            await foreach (var change in _source.ReadAllAsync(type, cancellationToken))
            {
                if (Read(type, change) is var (key, held) && held is { } content)
                {
                    lock (_gate)
                    {
                        records.Load(key, content);
                    }
                }
            }
        }

        Loaded(began);
    }

    /// <summary>Takes in a record that changed at the source and is not pushed.</summary>
    public void Put(EntityType type, IMessage record)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(record);
        var (key, held) = Read(type, new Change { Record = record.ToByteString() });
        lock (_gate)
        {
            _types[type.Id].Records.Set(key, held);
        }
    }

    /// <summary>Takes in that a record is gone at the source without being deleted at the hub.</summary>
    public void Remove(EntityType type, string key)
    {
        ArgumentNullException.ThrowIfNull(type);
        lock (_gate)
        {
            _types[type.Id].Records.Set(KeyOf(type, key), null);
        }
    }

    /// <summary>A push session has opened: what is there counts as pushed, and frames are numbered from here.</summary>
    internal void Opened(long next)
    {
        lock (_gate)
        {
            Confirm(next - 1);
            _isOpened = true;
            Fold(next - 1);
        }
    }

    /// <summary>A frame has got its sequence and is about to be sent.</summary>
    internal void Pushed(PushFrame frame)
    {
        if (!_types.TryGetValue(frame.Type, out var pair))
        {
            return;
        }

        var read = frame.Changes.Select(change => Read(pair.Type, change)).ToList();
        lock (_gate)
        {
            var (_, records) = pair;
            var at = _time.GetTimestamp();
            if (frame.Snapshot == SnapshotMark.Begin)
            {
                records.Snapshot = [];
            }

            foreach (var (key, held) in read)
            {
                records.Snapshot?.Add(key);
                if (key.Length > 0 && !(held?.EffectiveFrom is { } date && string.CompareOrdinal(date, records.Find(key)?.EffectiveFrom) < 0))
                {
                    records.Set(key, held, frame.Sequence, at);
                }
            }

            if (frame.Snapshot == SnapshotMark.End && records.Snapshot is { } sent)
            {
                foreach (var key in records.Keys.Where(key => !sent.Contains(key)).ToList())
                {
                    records.Set(key, null, frame.Sequence, at);
                }
            }

            if (frame.Snapshot is SnapshotMark.End or SnapshotMark.Abort)
            {
                records.Snapshot = null;
            }
        }
    }

    /// <summary>Everything up to a sequence is committed.</summary>
    internal void Confirmed(long sequence)
    {
        lock (_gate)
        {
            Acknowledged = Math.Max(Acknowledged, sequence);
            var before = _time.GetTimestamp() - (long)(GoBack.TotalSeconds * _time.TimestampFrequency);
            foreach (var (_, records) in _types.Values)
            {
                _prunedThrough = Math.Max(_prunedThrough, records.Prune(Acknowledged, before, MostKept));
            }
        }
    }

    /// <summary>The hub has told the secret, and where the stream stands there.</summary>
    internal void Welcomed(byte[] secret, long sequence)
    {
        lock (_gate)
        {
            var isNew = _secret is null || !_secret.AsSpan().SequenceEqual(secret);
            _secret = secret;
            foreach (var (_, records) in _types.Values)
            {
                records.Bind(secret, isNew);
            }

            if (!_isOpened)
            {
                Confirm(sequence);
                _welcomedAt = sequence;
            }

            // A hub that knows less than it acknowledged was restored from a backup.
            if (sequence < Acknowledged)
            {
                Fold(sequence);
            }
        }
    }

    internal void RaiseAttending() => Attending?.Invoke(this, EventArgs.Empty);

    internal void RaiseNoticed(Notice notice) => Noticed?.Invoke(this, notice);

    /// <summary>What there is, as of the last acknowledged sequence.</summary>
    internal Heartbeat Heartbeat()
    {
        lock (_gate)
        {
            var heartbeat = new Heartbeat { Sequence = Acknowledged };
            foreach (var (type, records) in _types.Values)
            {
                var digest = records.DigestAt(Acknowledged);
                heartbeat.Types_.Add(new TypeDigest
                {
                    Type = type.Id,
                    Count = digest.Count,
                    Digest = UnsafeByteOperations.UnsafeWrap(digest.ToArray()),
                });
            }

            return heartbeat;
        }
    }

    internal CellsAnswer Answer(CellsRequest request)
    {
        lock (_gate)
        {
            if (!CanAnswer(request.Type, request.Sequence, out var pair))
            {
                return new CellsAnswer { IsGone = true };
            }

            var digest = pair.Records.DigestAt(request.Sequence);
            var answer = new CellsAnswer { Count = digest.Count, Digest = UnsafeByteOperations.UnsafeWrap(digest.ToArray()) };
            if (digest.Count != request.HubCount || !answer.Digest.Equals(request.HubDigest))
            {
                answer.Cells = request.Count == 0
                    ? ByteString.Empty
                    : UnsafeByteOperations.UnsafeWrap(pair.Records.ViewAt(request.Sequence).Cells(request.From, request.Count));
            }

            return answer;
        }
    }

    internal ManifestAnswer Answer(ManifestRequest request)
    {
        lock (_gate)
        {
            // The list goes on only as of the set it was begun with, whose last record so far the hub names.
            return CanAnswer(request.Type, request.Sequence, out var pair) &&
                pair.Records.ViewAt(request.Sequence).ManifestPart(request.After, request.Count) is var (part, isLast)
                ? new ManifestAnswer { Part = UnsafeByteOperations.UnsafeWrap(part), IsLast = isLast }
                : new ManifestAnswer { IsGone = true };
        }
    }

    /// <summary>The records asked for, up to about a number of bytes.</summary>
    internal async Task<RecordsAnswer> AnswerAsync(RecordsRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        var answer = new RecordsAnswer();
        if (!_types.TryGetValue(request.Type, out var pair))
        {
            return answer;
        }

        var bytes = 0;
        foreach (var (tag, key) in Wanted(pair.Records, request))
        {
            if (bytes < mostBytes && await _source.FindAsync(pair.Type, key, cancellationToken) is { } change)
            {
                answer.Records.Add(new HeldRecord { Tag = tag, Key = key, Change = change });
                bytes += change.CalculateSize();
            }
        }

        return answer;
    }

    // Nothing without the secret and before everything is read, and nothing about a sequence that is forgotten.
    private bool CanAnswer(string type, long sequence, out (EntityType Type, TypeRecords Records) pair) =>
        _types.TryGetValue(type, out pair) && _secret is not null && _isLoaded && sequence >= _prunedThrough;

    private List<(ulong Tag, string Key)> Wanted(TypeRecords records, RecordsRequest request)
    {
        lock (_gate)
        {
            return
            [
                .. request.Tags.Select(tag => (tag, Key: records.FindTag(tag))).Where(wanted => wanted.Key is not null)
                    .Select(wanted => (wanted.tag, wanted.Key!)),
                .. request.Keys.Select(key => (0UL, key)),
            ];
        }
    }

    private void Fold(long sequence)
    {
        Acknowledged = sequence;
        _prunedThrough = 0;
        foreach (var (_, records) in _types.Values)
        {
            records.Fold();
        }
    }

    // The hub puts a record into the same canonical form before it looks at key and hash.
    private static (string Key, HeldContent? Held) Read(EntityType type, Change change)
    {
        if (change.OperationCase == Change.OperationOneofCase.Delete)
        {
            return (KeyOf(type, change.Delete), null);
        }

        try
        {
            var record = type.Parse(change.OperationCase == Change.OperationOneofCase.Message ? change.Message.Value : change.Record);
            RecordNormalizer.Normalize(type, record);
            var date = change.EffectiveFrom.Length == 0 ? null : change.EffectiveFrom;
            return (type.KeyOf(record), new HeldContent(Element.Read(RecordHash.Compute(type, record)), default, date));
        }
        catch (InvalidProtocolBufferException)
        {
            // The hub refuses it, too.
            return ("", null);
        }
    }

    private static string KeyOf(EntityType type, string key) =>
        type.Key is [var single] ? CanonicalText.Of(single, key) : CanonicalText.Of(key);
}
