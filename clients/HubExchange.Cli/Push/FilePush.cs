using HubExchange.Client.Files;
using HubExchange.Client.Push;

namespace HubExchange.Cli.Push;

/// <summary>One file on its way: which of its rows went out, and in which order, so that a refusal leads back to its row.</summary>
internal sealed class FilePush
{
    private readonly List<int> _lines = [];
    private readonly long _firstOrdinal;

    private FilePush(RecordFile file, long firstOrdinal)
    {
        File = file;
        _firstOrdinal = firstOrdinal;
    }

    public RecordFile File { get; }

    /// <summary>Problems of rows that could not be read and were not sent.</summary>
    public List<FileProblem> Problems { get; } = [];

    /// <summary>Rows that could not be read.</summary>
    public int BadRows { get; private set; }

    /// <summary>Records that were sent.</summary>
    public long Sent => _lines.Count;

    public static async Task<FilePush> SendAsync(
        RecordFile file, PushSession session, long firstOrdinal, CancellationToken cancellationToken)
    {
        var push = new FilePush(file, firstOrdinal);
        foreach (var row in file.ReadRows())
        {
            if (row.Record is { } record)
            {
                push._lines.Add(row.Line);
                await session.SendAsync(file.Type, record, cancellationToken);
            }
            else
            {
                push.BadRows++;
                push.Problems.AddRange(row.Problems);
            }
        }

        return push;
    }

    /// <summary>The row a change came from, or null when it came from another file.</summary>
    public int? LineOf(long ordinal) =>
        ordinal >= _firstOrdinal && ordinal < _firstOrdinal + _lines.Count ? _lines[(int)(ordinal - _firstOrdinal)] : null;
}
