using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>Reads what <see cref="LiveSets"/> do not learn from the hub's own commits, in the snapshot of a transaction.</summary>
internal sealed class LiveSetReader(HeldReader reader, SourceKeys keys, EntityTypes types)
{
    /// <summary>Whether every entry between two positions is there: not after a partition was dropped, which is gone from every snapshot.</summary>
    public static async Task<bool> IsKeptAsync(NpgsqlConnection connection, long after, long position, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/CountChanges.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = after }, new NpgsqlParameter<long> { TypedValue = position } },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == position - after;
    }

    /// <summary>Has sets take in what the tables have of the keys that changed between two positions.</summary>
    public async Task CatchUpAsync(
        NpgsqlConnection connection,
        long after,
        long position,
        Dictionary<(string Source, string Type), LiveSet> sets,
        CancellationToken cancellationToken)
    {
        var changed = new Dictionary<(string Source, string Type), List<string>>();
        await using (var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/ListChangedKeys.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = after }, new NpgsqlParameter<long> { TypedValue = position } },
        })
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                var pair = (rows.GetString(1), rows.GetString(0));
                if (!sets.ContainsKey(pair))
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
            await UpdateAsync(connection, sets[pair], pair.Source, types.Find(pair.Type)!, names, cancellationToken);
        }
    }

    private async Task UpdateAsync(
        NpgsqlConnection connection, LiveSet set, string source, EntityType type, List<string> names, CancellationToken cancellationToken)
    {
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

    /// <summary>Everything that a table has of a source.</summary>
    public async Task<LiveSet> LoadAsync(NpgsqlConnection connection, string source, EntityType type, CancellationToken cancellationToken)
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
