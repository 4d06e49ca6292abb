using System.Data;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Changes;

/// <summary>Reads the feed by position. What a transaction sees of it is always whole commits, without a gap.</summary>
internal static class FeedReads
{
    private static readonly string EntriesSql = SqlFiles.Read("Changes/ReadFeed.sql");
    private static readonly string BoundsSql = SqlFiles.Read("Changes/ReadBounds.sql");

    /// <summary>The entries after a position, in order.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="after">Position before the first one.</param>
    /// <param name="through">Last position that is wanted.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<List<FeedRow>> ReadFeedAsync(
        this NpgsqlConnection connection, long after, long through, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EntriesSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = after },
                new NpgsqlParameter<long> { TypedValue = through },
                new NpgsqlParameter<int> { TypedValue = limit },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<FeedRow>();
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader, types));
        }

        return rows;
    }

    /// <summary>What the feed holds.</summary>
    public static async Task<FeedBounds> ReadFeedBoundsAsync(this NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(BoundsSql, connection);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new FeedBounds(reader.GetInt64(0), reader.GetInt64(1), reader.GetDateTime(2));
    }

    // There are few types and many entries, so each id is kept once.
    private static FeedRow Read(NpgsqlDataReader row, Dictionary<string, string> types)
    {
        var type = row.GetString(1);
        type = types.TryGetValue(type, out var known) ? known : types[type] = type;
        var source = row.GetString(3);
        return new FeedRow(
            row.GetInt64(0),
            type,
            row.GetString(2),
            new VersionId(source, row.GetInt64(4)),
            row.GetString(5),
            row.GetBoolean(6),
            row.GetDateTime(7),
            row.IsDBNull(9) ? null : new VersionId(row.IsDBNull(8) ? source : row.GetString(8), row.GetInt64(9)),
            row.GetInt64(10));
    }
}
