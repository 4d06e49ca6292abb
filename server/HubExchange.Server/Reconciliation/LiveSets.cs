using System.Data;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Digests of what the hub has, kept in memory for the sources that attend. They follow the committed feed when a heartbeat asks for them,
/// never on the path of a push: what changed since is looked up, and nothing else is read. A set is read from its table when it is asked
/// for first, after a restart, and when entries of the feed that it has not followed are gone.
/// </summary>
internal sealed class LiveSets(HubStorage storage, HeldReader reader, SourceKeys keys, EntityTypes types) : IDisposable
{
    // Beyond this, reading the tables anew is cheaper than following the feed.
    private const long MaxLag = 200_000;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<(string Source, string Type), LiveSet> _sets = [];
    private long _position;

    /// <summary>Count and digest of what the hub has now, and the sequence of the stream that this is as of.</summary>
    public async Task<(long Sequence, SetDigest Digest)> DigestAsync(
        string source, string stream, EntityType type, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await FollowAsync(source, stream, type, cancellationToken);
        }
        catch
        {
            // Half followed is not followed.
            _sets.Clear();
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Last committed sequence of a stream; 0 before its first.</summary>
    public async Task<long> SequenceAsync(string source, string stream, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return (await HeldReader.WatermarkAsync(connection, source, stream, cancellationToken)).Sequence;
    }

    /// <summary>Lets go of a source that attends no more.</summary>
    public async Task ForgetAsync(string source, string type)
    {
        await _gate.WaitAsync();
        _sets.Remove((source, type));
        _gate.Release();
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private async Task<(long Sequence, SetDigest Digest)> FollowAsync(
        string source, string stream, EntityType type, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var (position, sequence) = await HeldReader.WatermarkAsync(connection, source, stream, cancellationToken);

        // A position that goes back is that of a database restored from a backup.
        if (position < _position || position - _position > MaxLag || (_sets.Count > 0 && !await IsKeptAsync(connection, position, cancellationToken)))
        {
            _sets.Clear();
        }

        if (_sets.Count > 0)
        {
            await CatchUpAsync(connection, position, cancellationToken);
        }

        _position = position;
        if (!_sets.TryGetValue((source, type.Id), out var set))
        {
            set = await LoadAsync(connection, source, type, cancellationToken);
            _sets.Add((source, type.Id), set);
        }

        return (sequence, set.Digest);
    }

    // Also when a partition was dropped after the snapshot was taken: what is dropped is gone from every snapshot.
    private async Task<bool> IsKeptAsync(NpgsqlConnection connection, long position, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/CountChanges.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = _position }, new NpgsqlParameter<long> { TypedValue = position } },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == position - _position;
    }

    private async Task CatchUpAsync(NpgsqlConnection connection, long position, CancellationToken cancellationToken)
    {
        var changed = new Dictionary<(string Source, string Type), List<string>>();
        await using (var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/ListChangedKeys.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = _position }, new NpgsqlParameter<long> { TypedValue = position } },
        })
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                var pair = (rows.GetString(1), rows.GetString(0));
                if (!_sets.ContainsKey(pair))
                {
                    continue;
                }

                if (!changed.TryGetValue(pair, out var names))
                {
                    changed.Add(pair, names = []);
                }

                names.Add(rows.GetString(2));
            }
        }

        foreach (var (pair, names) in changed)
        {
            await UpdateAsync(connection, pair.Source, types.Find(pair.Type)!, names, cancellationToken);
        }
    }

    private async Task UpdateAsync(
        NpgsqlConnection connection, string source, EntityType type, List<string> names, CancellationToken cancellationToken)
    {
        var set = _sets[(source, type.Id)];
        var gone = names.ToHashSet();
        await using var command = new NpgsqlCommand(reader.StatementsOf(type).Find, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source }, BatchArray.Of(names, name => name) },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (!rows.GetBoolean(3))
            {
                var name = rows.GetString(0);
                set.Set(name, rows.GetFieldValue<byte[]>(1));
                gone.Remove(name);
            }
        }

        foreach (var name in gone)
        {
            set.Set(name, null);
        }
    }

    private async Task<LiveSet> LoadAsync(NpgsqlConnection connection, string source, EntityType type, CancellationToken cancellationToken)
    {
        var set = new LiveSet(keys.Of(source, type));
        await using var command = new NpgsqlCommand(reader.StatementsOf(type).Scan, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            set.Set(rows.GetString(0), rows.GetFieldValue<byte[]>(1));
        }

        return set;
    }
}
