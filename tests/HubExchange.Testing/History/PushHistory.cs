using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubExchange.Testing.History;

/// <summary>
/// Everything that clients asked of a hub and what it answered, in the order in which it was observed. Takes entries from any number of
/// connections at once. Each record of a source must be written by one of its streams only, or by its unary pushes, so that the order of its
/// changes is known. Unary pushes of a source come one after the other; each carries a content of its own and no key twice, and the keys
/// of one whose outcome is unknown are not used again but to repeat it.
/// </summary>
public sealed class PushHistory
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    private readonly Lock _gate = new();
    private readonly List<Operation> _operations = [];
    private int _processes;

    /// <summary>What happened so far.</summary>
    public IReadOnlyList<Operation> Operations
    {
        get
        {
            lock (_gate)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>Number of the steps so far that are as <paramref name="condition"/> says.</summary>
    public int Count(Func<Operation, bool> condition)
    {
        lock (_gate)
        {
            return _operations.Count(condition);
        }
    }

    /// <summary>A history of given operations.</summary>
    public static PushHistory Of(IEnumerable<Operation> operations)
    {
        var history = new PushHistory();
        foreach (var operation in operations)
        {
            history.Add(operation);
        }

        return history;
    }

    /// <summary>Number for a new connection.</summary>
    public int NextProcess() => Interlocked.Increment(ref _processes);

    /// <summary>Adds a step.</summary>
    public void Add(Operation operation)
    {
        lock (_gate)
        {
            _operations.Add(operation);
        }
    }

    /// <summary>Writes one line of JSON for each step.</summary>
    public void Write(TextWriter writer)
    {
        foreach (var operation in Operations)
        {
            writer.WriteLine(JsonSerializer.Serialize(operation, Json));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static PushHistory Read(TextReader reader)
    {
        var history = new PushHistory();
        while (reader.ReadLine() is { } line)
        {
            history.Add(JsonSerializer.Deserialize<Operation>(line, Json)!);
        }

        return history;
    }
}
