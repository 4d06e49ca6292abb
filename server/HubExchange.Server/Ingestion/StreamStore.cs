using Dapper;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Where a stream stands.</summary>
/// <param name="Source">Node that sends.</param>
/// <param name="Stream">Its stream; empty for unary pushes, which have no sequence.</param>
/// <param name="Epoch">Number of the connection that may write.</param>
/// <param name="Sequence">Last committed sequence.</param>
internal sealed record StreamPosition(string Source, string Stream, long Epoch, long Sequence);

/// <summary>Keeps the watermarks of streams.</summary>
internal sealed class StreamStore(HubStorage storage)
{
    /// <summary>Gives the stream to a new connection; an older one can no longer commit.</summary>
    public async Task<StreamPosition> OpenAsync(string source, string stream, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<StreamPosition>(new CommandDefinition(
            SqlFiles.Read("Ingestion/OpenStream.sql"), new { source, stream }, cancellationToken: cancellationToken));
    }

    /// <summary>The stream's row, locked until the transaction ends.</summary>
    public static async Task<StreamPosition> LockAsync(
        NpgsqlConnection connection, StreamPosition position, CancellationToken cancellationToken) =>
        await connection.QuerySingleAsync<StreamPosition>(new CommandDefinition(
            SqlFiles.Read("Ingestion/LockStream.sql"), new { position.Source, position.Stream }, cancellationToken: cancellationToken));

    /// <summary>Moves the watermark and keeps the digest and counts of the frame.</summary>
    public static async Task AdvanceAsync(
        NpgsqlConnection connection, StreamPosition position, FrameResult result, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Ingestion/AdvanceStream.sql"),
            new
            {
                position.Source,
                position.Stream,
                result.Sequence,
                result.Type,
                result.Digest,
                changes = (int)(result.Counts.Stored + result.Counts.Unchanged + result.Counts.Deleted + result.Counts.Quarantined),
                stored = (int)result.Counts.Stored,
                unchanged = (int)result.Counts.Unchanged,
                deleted = (int)result.Counts.Deleted,
                quarantined = (int)result.Counts.Quarantined,
                recordedAt = result.RecordedAt,
            },
            cancellationToken: cancellationToken));

    /// <summary>Digest of a committed frame, or null.</summary>
    public async Task<byte[]?> DigestAsync(StreamPosition position, long sequence, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]?>(new CommandDefinition(
            SqlFiles.Read("Ingestion/FrameDigest.sql"),
            new { position.Source, position.Stream, sequence },
            cancellationToken: cancellationToken));
    }
}
