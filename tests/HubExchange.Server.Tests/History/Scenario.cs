using HubExchange.Testing.History;

namespace HubExchange.Server.Tests.History;

/// <summary>A correct history with everything that may happen to a client in it, made up from a seed.</summary>
internal sealed class Scenario
{
    private const int Steps = 60;

    private readonly Random _random;
    private readonly ModelHub _hub = new();
    private readonly List<Writer> _writers = [];
    private readonly Dictionary<string, int> _retired = [];
    private int _contents;

    /// <param name="seed">Equal seeds make equal histories.</param>
    public Scenario(int seed)
    {
        _random = new Random(seed);
        for (var source = 1; source <= 3; source++)
        {
            for (var stream = 0; stream < 1 + (source % 2); stream++)
            {
                _writers.Add(new Writer(_hub, $"ND-{source}", $"s{stream}"));
            }
        }

        for (var i = 0; i < Steps; i++)
        {
            if (_random.Next(6) == 0)
            {
                Push($"ND-{_random.Next(1, 4)}");
            }
            else
            {
                Step(_writers[_random.Next(_writers.Count)]);
            }
        }

        Operations = _hub.Operations;
        Dump = _hub.Dump();
    }

    public List<Operation> Operations { get; }

    public HubDump Dump { get; }

    private sealed class Writer(ModelHub hub, string source, string stream)
    {
        public ModelHub.Connection Connection { get; private set; } = hub.Open(source, stream);

        /// <summary>Committed frames, the first at 0.</summary>
        public List<IReadOnlyList<HistoryChange>> Committed { get; } = [];

        /// <summary>A frame whose outcome is unknown and that was not committed.</summary>
        public IReadOnlyList<HistoryChange>? Open { get; set; }

        public string Source => source;

        public string Stream => stream;

        public void Reconnect() => Connection = hub.Open(source, stream);
    }

    private void Step(Writer writer)
    {
        var connection = writer.Connection;
        var next = connection.Sequence + 1;
        switch (_random.Next(12))
        {
            case 0 when writer.Committed.Count > 0:
                var replayed = _random.Next(writer.Committed.Count);
                connection.Invoke(replayed + 1, writer.Committed[replayed]);
                connection.Ack();
                break;
            case 1 when writer.Committed.Count > 0:
                connection.Ack();
                Refuse(writer, _random.Next(writer.Committed.Count) + 1, "SEQUENCE_FORK");
                break;
            case 2:
                Refuse(writer, next + 1 + _random.Next(3), "SEQUENCE_GAP");
                break;
            case 3:
                connection.Break();
                writer.Reconnect();
                break;
            case 4:
                // Its answer is lost on the way.
                Commit(writer);
                connection.Break();
                writer.Reconnect();
                break;
            case 5:
                writer.Open ??= Frame(writer);
                connection.Invoke(next, writer.Open);
                connection.Break();
                writer.Reconnect();
                break;
            case 6:
                // The client was taken for dead and writes after another one has taken over.
                connection.Ack();
                writer.Reconnect();
                connection.Invoke(next, Frame(writer));
                connection.Break();
                Commit(writer);
                writer.Connection.Ack();
                break;
            default:
                Commit(writer);
                if (_random.Next(3) > 0)
                {
                    connection.Ack();
                }

                break;
        }
    }

    // The keys of a push of unknown outcome are not used again, but the push itself may be repeated.
    private void Push(string source)
    {
        var generation = _retired.GetValueOrDefault(source);
        var changes = new List<HistoryChange> { new($"u-{generation}-0", $"u/{++_contents}", $"{_contents}") };
        for (var i = _random.Next(4); i > 0; i--)
        {
            // What is said more than once cannot tell whether a push of unknown outcome was committed.
            var change = Change($"u-{generation}-{i}");
            changes.Add(change.Marker == "again" ? Dirty(change.Key, "dirty-again") : change);
        }

        switch (_random.Next(4))
        {
            case 0:
                _retired[source] = generation + 1;
                _hub.Push(source, changes, isCommitted: _random.Next(2) == 0, isAnswered: false);
                if (_random.Next(2) == 0)
                {
                    _hub.Push(source, changes, isCommitted: true, isAnswered: true);
                }

                break;
            default:
                _hub.Push(source, changes, isCommitted: true, isAnswered: true);
                break;
        }
    }

    private void Refuse(Writer writer, long sequence, string reason)
    {
        var changes = Frame(writer);
        changes.Add(new HistoryChange($"{writer.Stream}-0", $"{writer.Stream}-0/{++_contents}", $"{_contents}"));
        writer.Connection.Invoke(sequence, changes);
        writer.Connection.Refuse(sequence, changes, reason);
        writer.Connection.Break();
        writer.Reconnect();
    }

    private void Commit(Writer writer)
    {
        var changes = writer.Open ?? Frame(writer);
        writer.Open = null;
        writer.Connection.Invoke(writer.Connection.Sequence + 1, changes);
        writer.Connection.Commit(changes);
        writer.Committed.Add(changes);
    }

    private List<HistoryChange> Frame(Writer writer)
    {
        var changes = new List<HistoryChange>();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var key = writer.Stream == "s0" && _random.Next(2) == 0 ? $"shared-{_random.Next(3)}" : $"{writer.Stream}-{_random.Next(3)}";
            changes.Add(Change(key));
        }

        return changes;
    }

    private HistoryChange Change(string key) => _random.Next(10) switch
    {
        0 => new HistoryChange(key, "", "deletion"),
        1 => Dirty(key, $"dirty-{++_contents}"),
        2 => Dirty(key, "dirty-again"),
        3 => Dirty("", "unreadable"),
        4 => new HistoryChange(key, $"{key}/again", "again"),
        _ => new HistoryChange(key, $"{key}/{++_contents}", $"{_contents}"),
    };

    private static HistoryChange Dirty(string key, string marker) =>
        new(key, key.Length == 0 ? "" : $"{key}/{marker}", marker, IsDirty: true) { Content = $"{key}={marker}" };
}
