using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Stores sets as they were at a position of the feed. A keyed seal covers everything, with the entry of the feed at the position: a
/// checkpoint that was damaged, is of another format or key, or of a database that was restored since is not trusted.
/// </summary>
internal sealed partial class CheckpointStore(HubStorage storage, SourceKeys keys, HubIdentity identity, TimeProvider time, ILogger<CheckpointStore> logger)
{
    private const int Version = 2;

    // The place of a key, and what stands for the record.
    private const int RowSize = sizeof(ulong) + Element.Size;

    /// <summary>A copy of a set, which may go on changing.</summary>
    public static Checkpoint Take(string source, string type, long position, LiveSet set)
    {
        if (set.SavedContent is { } saved)
        {
            return new Checkpoint(source, type, position, set, null, saved);
        }

        var content = new byte[set.Elements.Count * RowSize];
        var rest = content.AsSpan();
        foreach (var (place, element) in set.Elements)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, place);
            element.Write(rest[sizeof(ulong)..]);
            rest = rest[RowSize..];
        }

        var digest = SHA256.HashData(content);
        set.SavedContent = digest;
        return new Checkpoint(source, type, position, set, content, digest);
    }

    /// <summary>Writes a checkpoint, unless the feed has no such position: the database was restored from a backup.</summary>
    public async Task WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        if (await ReadEntryAsync(connection, checkpoint.Position, cancellationToken) is not { } entry)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            SqlFiles.Read(checkpoint.Content is null ? "Reconciliation/MoveLiveSet.sql" : "Reconciliation/SaveLiveSet.sql"), connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = checkpoint.Source },
                new NpgsqlParameter<string> { TypedValue = checkpoint.Type },
                new NpgsqlParameter<int> { TypedValue = Version },
                new NpgsqlParameter<long> { TypedValue = checkpoint.Position },
                new NpgsqlParameter<byte[]> { TypedValue = Seal(checkpoint.Source, checkpoint.Type, checkpoint.Position, entry, checkpoint.ContentDigest) },
                new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime },
            },
        };
        if (checkpoint.Content is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = checkpoint.Content });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The checkpoint of a source and type that can be trusted; null when there is none.</summary>
    /// <param name="connection">Connection, in the snapshot of whoever goes on from it.</param>
    /// <param name="source">Node.</param>
    /// <param name="type">Type.</param>
    /// <param name="last">End of the feed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Checkpoint?> FindAsync(
        NpgsqlConnection connection, string source, EntityType type, long last, CancellationToken cancellationToken)
    {
        long position;
        byte[] content;
        byte[] seal;
        await using (var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/FindLiveSet.sql"), connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source },
                new NpgsqlParameter<string> { TypedValue = type.Id },
                new NpgsqlParameter<int> { TypedValue = Version },
                new NpgsqlParameter<long> { TypedValue = last },
            },
        })
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
            {
                return null;
            }

            position = row.GetInt64(0);
            content = row.GetFieldValue<byte[]>(1);
            seal = row.GetFieldValue<byte[]>(2);
        }

        var digest = SHA256.HashData(content);
        if (await ReadEntryAsync(connection, position, cancellationToken) is not { } entry ||
            !CryptographicOperations.FixedTimeEquals(seal, Seal(source, type.Id, position, entry, digest)))
        {
            Log.NotTrusted(logger, source, type.Id, position);
            return null;
        }

        var set = new LiveSet(keys.Of(source, type));
        for (var rest = content.AsSpan(); rest.Length > 0; rest = rest[RowSize..])
        {
            set.Restore(BinaryPrimitives.ReadUInt64LittleEndian(rest), Element.Read(rest[sizeof(ulong)..]));
        }

        set.SavedContent = digest;
        return new Checkpoint(source, type.Id, position, set, null, digest);
    }

    /// <summary>Sources and types with a checkpoint.</summary>
    public async Task<List<(string Source, string Type)>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = storage.DataSource.CreateCommand(SqlFiles.Read("Reconciliation/ListLiveSets.sql"));
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var listed = new List<(string, string)>();
        while (await rows.ReadAsync(cancellationToken))
        {
            listed.Add((rows.GetString(0), rows.GetString(1)));
        }

        return listed;
    }

    /// <summary>Forgets a checkpoint, whatever it has.</summary>
    public async Task ForgetAsync(string source, string type, CancellationToken cancellationToken)
    {
        await using var command = storage.DataSource.CreateCommand(SqlFiles.Read("Reconciliation/ForgetLiveSet.sql"));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // What stands in the feed at a position; null when nothing does.
    private static async Task<string?> ReadEntryAsync(NpgsqlConnection connection, long position, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SqlFiles.Read("Reconciliation/ReadFeedEntry.sql"), connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = position } },
        };
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private byte[] Seal(string source, string type, long position, string entry, byte[] contentDigest) => HMACSHA256.HashData(
        identity.Authority.Derive("hubexchange.live-set.v1"),
        Encoding.UTF8.GetBytes(string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{Version}\n{source}\n{type}\n{position}\n{entry}\n{Convert.ToHexString(contentDigest)}")));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The checkpoint of {Source} {Type} at position {Position} is damaged or of another database; its records are read anew")]
        public static partial void NotTrusted(ILogger logger, string source, string type, long position);
    }
}
