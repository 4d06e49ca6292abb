using System.Collections.Frozen;
using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Says in what way records differ and mends them, through the writer that every push goes through: with rules, versions, consolidation and
/// feed. A record that changes meanwhile is left alone.
/// </summary>
internal sealed class DifferenceMender(
    HubStorage storage,
    HeldReader reader,
    Attendances attendances,
    ChangeReader changes,
    FrameWriter writer,
    NodeRegister nodes,
    IOptions<ReconciliationOptions> options)
{
    /// <summary>Names the differences, asking the source for the records that are involved.</summary>
    public async Task<List<FoundDifference>> ClassifyAsync(
        string source, EntityType type, Comparison comparison, CancellationToken cancellationToken)
    {
        var ours = comparison.OnlyHub.ToDictionary(row => row.Key);
        var damaged = comparison.Hub.Damaged.ToDictionary(row => row.Key);
        var found = new Dictionary<string, FoundDifference>();
        foreach (var tags in comparison.OnlySource.Chunk(options.Value.RecordBatch))
        {
            foreach (var held in await AskAsync(source, type, new RecordsRequest { Type = type.Id, Tags = { tags } }, cancellationToken))
            {
                found[held.Key] = Classify(held, ours, damaged);
            }
        }

        // What is left in the hub alone. The source may have it again by now: then its frames bring it.
        var rest = ours.Keys.Concat(damaged.Keys).Where(key => !found.ContainsKey(key)).ToList();
        foreach (var part in rest.Chunk(options.Value.RecordBatch))
        {
            var held = (await AskAsync(source, type, new RecordsRequest { Type = type.Id, Keys = { part } }, cancellationToken))
                .ToDictionary(record => record.Key);
            foreach (var key in part)
            {
                found[key] = held.TryGetValue(key, out var record) ? Classify(record, ours, damaged) : new FoundDifference
                {
                    Key = key,
                    Kind = DifferenceKind.Extra,
                    HubRevision = (ours.TryGetValue(key, out var row) ? row : damaged[key]).Revision,
                    IsDamaged = damaged.ContainsKey(key),
                    Change = new Change { Delete = key },
                };
            }
        }

        await NoteUndoneAsync(source, type, found, cancellationToken);
        return [.. found.Values.OrderBy(difference => difference.Key, StringComparer.Ordinal)];
    }

    /// <summary>Mends differences, a batch of them, and notes on each what became of it.</summary>
    public async Task MendAsync(
        string source, EntityType type, IReadOnlyList<FoundDifference> differences, string by, CancellationToken cancellationToken)
    {
        var kind = await nodes.KindOfAsync(source, cancellationToken);
        var caller = new Caller(by, Caller.NodeRole, source, kind, FrozenSet<string>.Empty, DateTimeOffset.MaxValue);
        FoundDifference[] part = [.. differences.Where(difference => difference.Change is not null)];
        await PrepareAsync(source, type, part, cancellationToken);
        await WriteAsync(caller, type, part, cancellationToken);
    }

    /// <summary>Takes back what was mended.</summary>
    /// <returns>How many records are as they were.</returns>
    public async Task<int> UndoAsync(
        string source, EntityType type, IReadOnlyList<Difference> mended, string by, CancellationToken cancellationToken)
    {
        var kind = await nodes.KindOfAsync(source, cancellationToken);
        var caller = new Caller(by, Caller.NodeRole, source, kind, FrozenSet<string>.Empty, DateTimeOffset.MaxValue);
        var undone = 0;
        foreach (var part in mended.Chunk(options.Value.RecordBatch))
        {
            var before = await FindVersionsAsync(source, type, part, cancellationToken);
            var back = part.Select(difference => new FoundDifference
            {
                Key = difference.Key,
                Kind = difference.Kind,

                // After a deletion nothing is there, whatever its number.
                HubRevision = difference.Kind == DifferenceKind.Extra ? 0 : difference.MendedRevision,
                Change = before.GetValueOrDefault(difference.Key, new Change { Delete = difference.Key }),
            }).ToArray();
            await WriteAsync(caller, type, back, cancellationToken);
            for (var i = 0; i < part.Length; i++)
            {
                if (back[i].Outcome == DifferenceOutcome.Mended)
                {
                    part[i].Outcome = DifferenceOutcome.Undone;
                    part[i].UndoneRevision = back[i].MendedRevision;
                    undone++;
                }
            }
        }

        return undone;
    }

    private static FoundDifference Classify(
        HeldRecord held, Dictionary<string, HeldRow> ours, Dictionary<string, HeldRow> damaged)
    {
        var isDamaged = damaged.TryGetValue(held.Key, out var row);
        var isThere = isDamaged || ours.TryGetValue(held.Key, out row);
        var isLater = isThere && !isDamaged && held.Change.EffectiveFrom.Length > 0 &&
            string.CompareOrdinal(held.Change.EffectiveFrom, row.EffectiveFrom.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) < 0;
        var change = new Change(held.Change);
        if (isLater)
        {
            // Under its date it would go to the history; undated it is the newest truth.
            change.EffectiveFrom = "";
        }

        return new FoundDifference
        {
            Key = held.Key,
            Kind = !isThere ? DifferenceKind.Missing : isDamaged || isLater ? DifferenceKind.Fork : DifferenceKind.Stale,
            HubRevision = isThere ? row.Revision : 0,
            IsDamaged = isDamaged,
            Change = change,
        };
    }

    private async Task NoteUndoneAsync(
        string source, EntityType type, Dictionary<string, FoundDifference> found, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(reader.StatementsOf(type).FindUndone, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter<string[]> { TypedValue = [.. found.Keys] },
                new NpgsqlParameter<string> { TypedValue = type.Id },
            },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            found[rows.GetString(0)].IsUndone = true;
        }
    }

    private async Task<IEnumerable<HeldRecord>> AskAsync(
        string source, EntityType type, RecordsRequest request, CancellationToken cancellationToken)
    {
        var records = new List<HeldRecord>();
        var tags = request.Tags.ToHashSet();
        var keys = request.Keys.ToHashSet();
        while (tags.Count + keys.Count > 0)
        {
            var rest = new RecordsRequest { Type = type.Id, Tags = { tags }, Keys = { keys } };
            var answer = (await attendances.AskAsync(source, type, new AttendResponse { Records = rest }, cancellationToken)).Records;
            if (answer is null || answer.Records.Count == 0)
            {
                break;
            }

            foreach (var record in answer.Records)
            {
                if (record.Change is not null && (record.Tag == 0 ? keys.Remove(record.Key) : tags.Remove(record.Tag)))
                {
                    records.Add(record);
                }
            }
        }

        return records;
    }

    private async Task PrepareAsync(string source, EntityType type, FoundDifference[] part, CancellationToken cancellationToken)
    {
        var statements = reader.StatementsOf(type);
        await using var connection = await storage.WriteSource.OpenConnectionAsync(cancellationToken);
        var damaged = part.Where(difference => difference.IsDamaged).ToList();
        if (damaged.Count > 0)
        {
            await DistrustAsync(connection, source, type, damaged, cancellationToken);
        }

        var missing = part.Where(difference => difference.Kind == DifferenceKind.Missing).ToDictionary(difference => difference.Key);
        if (missing.Count == 0)
        {
            return;
        }

        var back = new HashSet<string>();
        await using (var command = new NpgsqlCommand(statements.Reinstate, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter<string[]> { TypedValue = [.. missing.Keys] } },
        })
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                back.Add(rows.GetString(0));
            }
        }

        if (back.Count == 0)
        {
            return;
        }

        foreach (var (key, row) in await FindAsync(connection, source, type, back, cancellationToken))
        {
            missing[key].HubRevision = row.IsDeleted ? 0 : row.Revision;
        }

        await DistrustAsync(connection, source, type, [.. back.Select(key => missing[key])], cancellationToken);
    }

    private async Task DistrustAsync(
        NpgsqlConnection connection, string source, EntityType type, List<FoundDifference> differences, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(reader.StatementsOf(type).Distrust, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                BatchArray.Of(differences, difference => difference.Key),
                BatchArray.Of(differences, difference => difference.HubRevision),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task WriteAsync(Caller caller, EntityType type, FoundDifference[] part, CancellationToken cancellationToken)
    {
        var result = await writer.WriteAsync(
            part.Length,
            () =>
            {
                var read = changes.Read(type, [.. part.Select(difference => difference.Change!)]);
                for (var i = 0; i < read.Count; i++)
                {
                    read[i].OnlyRevision = part[i].HubRevision;
                }

                return new FrameWrite(type, caller, null, 0, [], read);
            },
            cancellationToken);
        var refused = result.Rejected.Select(rejected => rejected.Index).ToHashSet();
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var current = await FindAsync(connection, caller.Node, type, part.Select(difference => difference.Key), cancellationToken);
        for (var i = 0; i < part.Length; i++)
        {
            var isThere = current.TryGetValue(part[i].Key, out var row);
            var isMended = isThere && row.Revision > part[i].HubRevision && row.IsDeleted == (part[i].Change!.OperationCase == Change.OperationOneofCase.Delete);
            part[i].Outcome = refused.Contains(i) ? DifferenceOutcome.Quarantined
                : isMended ? DifferenceOutcome.Mended
                : DifferenceOutcome.Changed;
            part[i].MendedRevision = isMended ? row.Revision : 0;
        }
    }

    private async Task<Dictionary<string, (long Revision, bool IsDeleted)>> FindAsync(
        NpgsqlConnection connection, string source, EntityType type, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (long, bool)>();
        await using var command = new NpgsqlCommand(reader.StatementsOf(type).Find, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter<string[]> { TypedValue = [.. keys] } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            found[rows.GetString(0)] = (rows.GetInt64(2), rows.GetBoolean(3));
        }

        return found;
    }

    private async Task<Dictionary<string, Change>> FindVersionsAsync(
        string source, EntityType type, Difference[] part, CancellationToken cancellationToken)
    {
        var list = part.Where(difference => difference.HubRevision > 0).ToList();
        var found = new Dictionary<string, Change>();
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(reader.StatementsOf(type).FindVersions, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                BatchArray.Of(list, difference => difference.Key),
                BatchArray.Of(list, difference => difference.HubRevision),
            },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (!rows.GetBoolean(2))
            {
                found[rows.GetString(0)] = new Change { Record = Google.Protobuf.ByteString.CopyFrom(rows.GetFieldValue<byte[]>(1)) };
            }
        }

        return found;
    }
}
