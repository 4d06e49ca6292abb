using System.Globalization;
using Dapper;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Snapshots;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Ingestion;

/// <summary>Where a stream stands.</summary>
/// <param name="Source">Node that sends.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Epoch">Number of the connection that may write.</param>
/// <param name="Sequence">Last committed sequence.</param>
internal sealed record StreamPosition(string Source, string Stream, long Epoch, long Sequence);

/// <summary>Keeps the watermarks of streams.</summary>
internal sealed class StreamStore(HubStorage storage, TimeProvider time)
{
    /// <summary>Gives the stream to a new connection; an older one can no longer commit.</summary>
    /// <param name="source">Node that sends.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="lastSequence">Highest sequence the client knows of; null when it keeps no state.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Grpc.Core.RpcException">STREAM_REWOUND: the hub has more than the client knows of. Nothing was changed.</exception>
    public async Task<StreamPosition> OpenAsync(string source, string stream, long? lastSequence, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<StreamPosition>(new CommandDefinition(
            SqlFiles.Read("Ingestion/OpenStream.sql"), new { source, stream, lastSequence }, cancellationToken: cancellationToken))
            ?? throw HubErrors.Of(
                ErrorReason.StreamRewound,
                ("source", source),
                ("stream", stream),
                ("known", lastSequence?.ToString(CultureInfo.InvariantCulture) ?? ""));
    }

    /// <summary>Keeps a fork that was refused.</summary>
    public async Task AddForkAsync(
        StreamPosition position, long sequence, string type, byte[] committed, byte[] received, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SqlFiles.Read("Ingestion/AddFork.sql"),
            new { position.Source, position.Stream, sequence, type, committed, received, recordedAt = time.GetUtcNow().UtcDateTime },
            cancellationToken: cancellationToken));
    }

    /// <summary>Streams after one in the order of source and name; an empty source means all.</summary>
    public async Task<List<StreamRow>> ListAsync(
        string source, string afterSource, string afterStream, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<StreamRow>(new CommandDefinition(
            SqlFiles.Read("Ingestion/ListStreams.sql"),
            new { source, afterSource, afterStream, limit },
            cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>
    /// Adds the statements that lock the sources and streams of a batch until its transaction ends; their results are for
    /// <see cref="ReadLocksAsync"/>.
    /// </summary>
    public static void AddLocks(WriteTransaction transaction, List<FrameOutcome> outcomes)
    {
        var sources = outcomes.Select(outcome => outcome.Frame.Caller.Node).Distinct().ToList();
        transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/LockSources.sql"))
        {
            Parameters = { BatchArray.Of(sources, source => source) },
        });
        transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/LockBatch.sql"))
        {
            Parameters =
            {
                BatchArray.Of(outcomes, outcome => outcome.Frame.Caller.Node),
                BatchArray.Of(outcomes, outcome => outcome.Frame.Type.Id),
                BatchArray.Of(outcomes, outcome => outcome.Frame.Stream?.Stream ?? ""),
                BatchArray.Of(outcomes, outcome => outcome.Frame is { Mark: SnapshotMark.End or SnapshotMark.Abort, Stream: not null }),
            },
        });
    }

    /// <summary>
    /// Refuses the frames of connections that were fenced or whose predecessor was not committed, and tells which frames may mend
    /// something in quarantine and what they have to do with snapshots. Leaves the reader at the result that follows.
    /// </summary>
    /// <returns>What the clock of the database showed once the batch could be seen there.</returns>
    public static async Task<DateTime> ReadLocksAsync(NpgsqlDataReader rows, List<FrameOutcome> outcomes, CancellationToken cancellationToken)
    {
        var current = new Dictionary<(string, string), (long Epoch, long Sequence)>();
        var snapshots = new BatchSnapshots();
        DateTime? now = null;
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var number = rows.GetInt64(5);
            switch (rows.GetString(0))
            {
                case "STREAM":
                    current[(rows.GetString(1), rows.GetString(3))] = (number, rows.GetInt64(6));
                    break;
                case "FRAME":
                    outcomes[(int)number - 1].MayMend = true;
                    break;
                case "INSTANT":
                    now = DateTime.UnixEpoch.AddMicroseconds(rows.GetInt64(6));
                    break;
                default:
                    snapshots.Add(number, rows.GetString(1), rows.GetString(2), rows.GetString(3), SnapshotCode.Read(rows.GetString(4)));
                    break;
            }
        }

        await rows.NextResultAsync(cancellationToken);
        outcomes.ForEach(outcome => outcome.Refusal = Refusal(outcome, current, snapshots));
        return now ?? throw new InvalidOperationException("The database did not tell the time of a batch.");
    }

    // In the order of the frames: each one that is accepted moves its stream on.
    private static RpcException? Refusal(
        FrameOutcome outcome, Dictionary<(string, string), (long Epoch, long Sequence)> current, BatchSnapshots snapshots)
    {
        if (outcome.Frame.Stream is not { } opened)
        {
            return snapshots.Follow(outcome);
        }

        var (epoch, sequence) = current[At(opened)];
        if (epoch != opened.Epoch || sequence != outcome.Frame.Sequence - 1)
        {
            return HubErrors.Of(ErrorReason.StreamFenced, ("source", opened.Source), ("stream", opened.Stream));
        }

        var refusal = snapshots.Follow(outcome);
        current[At(opened)] = (epoch, refusal is null ? outcome.Frame.Sequence : sequence);
        return refusal;
    }

    /// <summary>Adds the statement that moves the watermarks and keeps digest and counts of each frame.</summary>
    public static void AddAdvance(WriteTransaction transaction, List<FrameOutcome> outcomes)
    {
        var frames = outcomes.Where(outcome => outcome.Frame.Stream is not null).ToList();
        if (frames.Count == 0)
        {
            return;
        }

        var results = frames.ConvertAll(outcome => outcome.Result);
        transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/AdvanceStreams.sql"))
        {
            Parameters =
            {
                BatchArray.Of(frames, outcome => outcome.Frame.Caller.Node),
                BatchArray.Of(frames, outcome => outcome.Frame.Stream!.Stream),
                BatchArray.Of(results, result => result.Sequence),
                BatchArray.Of(results, result => result.Type),
                BatchArray.Of(results, result => result.Digest),
                BatchArray.Of(frames, outcome => outcome.Frame.Changes.Count),
                BatchArray.Of(results, result => (int)result.Counts.Stored),
                BatchArray.Of(results, result => (int)result.Counts.Unchanged),
                BatchArray.Of(results, result => (int)result.Counts.Deleted),
                BatchArray.Of(results, result => (int)result.Counts.Quarantined),
                new NpgsqlParameter<DateTime> { TypedValue = results[0].RecordedAt },
            },
        });
    }

    /// <summary>Digest of a committed frame, or null.</summary>
    public async Task<byte[]?> DigestAsync(StreamPosition position, long sequence, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]?>(new CommandDefinition(
            SqlFiles.Read("Ingestion/FrameDigest.sql"),
            new { position.Source, position.Stream, sequence },
            cancellationToken: cancellationToken));
    }

    private static (string Source, string Stream) At(StreamPosition position) => (position.Source, position.Stream);
}
