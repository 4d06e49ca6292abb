namespace HubExchange.Client.Reconciliation;

/// <content>What is remembered outlives the program.</content>
public sealed partial class AttendedRecords
{
    private string _owner = "";
    private DateTimeOffset _readAt;
    private DateTimeOffset _savedAt;
    private string _saved = "";
    private bool _isOpened;
    private long _welcomedAt = -1;
    private long _openedAt = -1;

    // Sequence of a state that was read, until the hub has said that it stands there, too.
    private long? _unconfirmed;

    /// <summary>
    /// File that keeps what is remembered, beside the client's spool, so that a program that starts again need not read all its records.
    /// Null unless set: they are read after each start. Used only when the source has a stamp (<see cref="IRecordSource.StampAsync"/>).
    /// </summary>
    /// <remarks>
    /// A file is used only when it is whole, of this source, stream and types, when the stamps of the source are those of the file, and when
    /// the hub stands at the sequence the file ends with. Else the records are read, and <see cref="StateRefused"/> says why.
    /// </remarks>
    public string? StatePath { get; init; }

    /// <summary>How often the file is written while the source attends; it is also when the attendance ends. 5 minutes unless set.</summary>
    public TimeSpan StatePeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after the records were read from the source a file is still used. 7 days unless set.</summary>
    public TimeSpan MaxStateAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A line for the log: why the file is not used, or could not be written; Chinese, then English. Must not throw.</summary>
    public event EventHandler<string>? StateRefused;

    /// <summary>Remembers what was remembered before the program ended, else reads the records of the source.</summary>
    internal async Task StartAsync(string source, string stream, CancellationToken cancellationToken)
    {
        _owner = $"{source}\n{stream}";
        if (!_isLoaded && StatePath is { } path && File.Exists(path))
        {
            await RestoreAsync(path, cancellationToken);
        }

        await LoadAsync(cancellationToken);
    }

    /// <summary>
    /// Keeps what is remembered in <see cref="StatePath"/>. Nothing happens while frames are on their way, when the source has no stamp, and
    /// when nothing changed. A file that cannot be written is told by <see cref="StateRefused"/>.
    /// </summary>
    public async Task SaveAsync(CancellationToken cancellationToken = default)
    {
        if (StatePath is not { } path)
        {
            return;
        }

        _savedAt = _time.GetUtcNow();
        try
        {
            // Before the records: a change in between makes the stamp older than they are, and so the file is not used.
            if (await StampsAsync(cancellationToken) is { } stamps && Copy(stamps) is { } state)
            {
                StateFile.Write(path, state);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Refuse($"对账状态文件无法写入:{exception.Message}", $"The state file {path} could not be written: {exception.Message}");
        }
    }

    /// <summary>Keeps what is remembered when that is due.</summary>
    internal Task SaveWhenDueAsync(CancellationToken cancellationToken) =>
        _time.GetUtcNow() - _savedAt >= StatePeriod ? SaveAsync(cancellationToken) : Task.CompletedTask;

    private async Task RestoreAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var state = StateFile.Read(path);
            if (await ProblemOfAsync(state, cancellationToken) is var (zh, en))
            {
                Refuse(zh, en);
                return;
            }

            lock (_gate)
            {
                Take(state!);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Refuse($"对账状态文件无法读取:{exception.Message}", $"The state file {path} cannot be read: {exception.Message}");
        }
    }

    private async Task<(string Zh, string En)?> ProblemOfAsync(AttendedState? state, CancellationToken cancellationToken)
    {
        if (state is null)
        {
            return ("对账状态文件已损坏或版本不符,将重新读取来源记录。", "The state file is damaged or of another version; the records are read again.");
        }

        if (state.Owner != _owner || !state.Types.Select(type => type.Type).ToHashSet().SetEquals(_types.Keys))
        {
            return ("对账状态文件属于其他来源、流或类型,将重新读取来源记录。", "The state file is of another source, stream or types; the records are read again.");
        }

        var age = _time.GetUtcNow() - state.ReadAt;
        if (age < TimeSpan.Zero || age > MaxStateAge)
        {
            return ("对账状态文件已过期,将重新读取来源记录。", "The state file is too old; the records are read again.");
        }

        return await StampsAsync(cancellationToken) is { } stamps && state.Types.All(type => stamps[type.Type] == type.Stamp)
            ? null
            : ("来源在状态文件写入后有变化,将重新读取来源记录。", "The source changed after the state file was written; the records are read again.");
    }

    private void Take(AttendedState state)
    {
        if (_isOpened && state.Sequence != _openedAt)
        {
            Stale();
            return;
        }

        foreach (var type in state.Types)
        {
            foreach (var (key, held) in type.Records)
            {
                _types[type.Type].Records.Load(key, held);
            }
        }

        _unconfirmed = _isOpened ? null : state.Sequence;
        Loaded(state.ReadAt);
    }

    private void Loaded(DateTimeOffset readAt)
    {
        lock (_gate)
        {
            foreach (var (_, records) in _types.Values)
            {
                records.Touched = null;
            }

            _readAt = readAt;
            _isLoaded = true;
        }
    }

    // What was restored is as of a sequence; the stream stands where the hub says.
    private void Confirm(long sequence)
    {
        if (!_isOpened)
        {
            _openedAt = sequence;
        }

        if (_unconfirmed is { } restored)
        {
            _unconfirmed = null;
            if (restored != sequence)
            {
                Stale();
                foreach (var (_, records) in _types.Values)
                {
                    records.Clear();
                }

                _isLoaded = false;
            }
        }
    }

    private void Stale() => Refuse(
        "枢纽的序号与对账状态文件不同,将重新读取来源记录。", "The hub stands at another sequence than the state file; the records are read again.");

    private async Task<Dictionary<string, string>?> StampsAsync(CancellationToken cancellationToken)
    {
        var stamps = new Dictionary<string, string>();
        foreach (var (type, _) in _types.Values)
        {
            if (await _source.StampAsync(type, cancellationToken) is not { } stamp)
            {
                return null;
            }

            stamps.Add(type.Id, stamp);
        }

        return stamps;
    }

    // Null when it cannot be said as of which sequence the records are, or the file says the same already.
    private AttendedState? Copy(Dictionary<string, string> stamps)
    {
        lock (_gate)
        {
            var sequence = _isOpened ? Acknowledged : _welcomedAt;
            if (!_isLoaded || _secret is null || _unconfirmed is not null || sequence < 0 || _types.Values.Any(pair => pair.Records.IsBeyond(sequence)))
            {
                return null;
            }

            var content = string.Join('\n', _types.Values.Select(pair =>
                $"{stamps[pair.Type.Id]} {pair.Records.DigestAt(sequence).Count} {Convert.ToHexString(pair.Records.DigestAt(sequence).ToArray())}"));
            if (_saved == $"{sequence} {content}")
            {
                return null;
            }

            _saved = $"{sequence} {content}";
            return new AttendedState(
                _owner,
                sequence,
                _readAt,
                [.. _types.Values.Select(pair => new AttendedTypeState(pair.Type.Id, stamps[pair.Type.Id], [.. pair.Records.All]))]);
        }
    }

    private void Refuse(string zh, string en) => StateRefused?.Invoke(this, $"{zh} {en}");
}
