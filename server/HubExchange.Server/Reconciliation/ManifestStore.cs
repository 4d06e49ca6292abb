using System.Buffers.Binary;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>
/// Keeps the parts of the full list that a source has answered with, under count and digest of the set they are of. Equal digests are equal
/// sets, so whoever reconciles next goes on after the last part, whatever became of the hub that asked for it, and takes the list from here
/// as long as the source's set is the same.
/// </summary>
internal sealed class ManifestStore(HubStorage storage, TimeProvider time)
{
    /// <summary>What is kept of the list of a set; nothing of another set is.</summary>
    public async Task<KeptManifest> OpenAsync(string source, string type, SetDigest digest, CancellationToken cancellationToken)
    {
        var kept = new KeptManifest();
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using (var command = Command("ListManifestParts.sql", connection, source, type))
        {
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = CodeOf(digest) });
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken) && unchecked((ulong)rows.GetInt64(0)) == kept.Last && !kept.IsWhole)
            {
                kept.Add(rows.GetFieldValue<byte[]>(1), rows.GetBoolean(2));
            }
        }

        if (kept.Parts == 0)
        {
            await ForgetAsync(source, type, connection, cancellationToken);
        }

        return kept;
    }

    /// <summary>Keeps the part that a source has answered with, the next one of the list.</summary>
    public async Task AddAsync(
        string source, string type, SetDigest digest, KeptManifest list, ManifestAnswer answer, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = Command("AddManifestPart.sql", connection, source, type);
        var part = answer.Part.ToByteArray();
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = list.Parts });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = CodeOf(digest) });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = unchecked((long)list.Last) });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = part });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = answer.IsLast });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
        list.Add(part, answer.IsLast);
    }

    /// <summary>Forgets the list: the source does not know it any more.</summary>
    public async Task ForgetAsync(string source, string type, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await ForgetAsync(source, type, connection, cancellationToken);
    }

    private static async Task ForgetAsync(string source, string type, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command("ForgetManifest.sql", connection, source, type);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(string file, NpgsqlConnection connection, string source, string type) =>
        new(SqlFiles.Read($"Reconciliation/{file}"), connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source }, new NpgsqlParameter<string> { TypedValue = type } },
        };

    private static byte[] CodeOf(SetDigest digest)
    {
        var code = new byte[8 + SetDigest.Size];
        BinaryPrimitives.WriteInt64LittleEndian(code, digest.Count);
        digest.ToArray().CopyTo(code, 8);
        return code;
    }
}
