using System.Globalization;
using Dapper;
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
        var positions = outcomes.Select(outcome => outcome.Frame.Stream).OfType<StreamPosition>().DistinctBy(At).ToList();
        transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/LockSources.sql"))
        {
            Parameters = { BatchArray.Of(sources, source => source) },
        });
        transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/LockStreams.sql"))
        {
            Parameters =
            {
                BatchArray.Of(positions, position => position.Source),
                BatchArray.Of(positions, position => position.Stream),
            },
        });
        transaction.Add(new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/FindOpen.sql"))
        {
            Parameters =
            {
                BatchArray.Of(outcomes, outcome => outcome.Frame.Caller.Node),
                BatchArray.Of(outcomes, outcome => outcome.Frame.Type.Id),
            },
        });
        transaction.Add(BatchSnapshots.Find(outcomes));
    }

    /// <summary>
    /// Refuses the frames of connections that were fenced or whose predecessor was not committed, and tells which frames may mend
    /// something in quarantine and what they have to do with snapshots. Leaves the reader at the result that follows.
    /// </summary>
    public static async Task ReadLocksAsync(NpgsqlDataReader rows, List<FrameOutcome> outcomes, CancellationToken cancellationToken)
    {
        var current = new Dictionary<(string, string), (long Epoch, long Sequence)>();
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            current[(rows.GetString(0), rows.GetString(1))] = (rows.GetInt64(2), rows.GetInt64(3));
        }

        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            outcomes[(int)rows.GetInt64(0) - 1].MayMend = true;
        }

        await rows.NextResultAsync(cancellationToken);
        var snapshots = await BatchSnapshots.ReadAsync(rows, cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        foreach (var outcome in outcomes)
        {
            if (outcome.Frame.Stream is not { } opened)
            {
                outcome.Refusal = snapshots.Follow(outcome);
                continue;
            }

            var (epoch, sequence) = current[At(opened)];
            if (epoch == opened.Epoch && sequence == outcome.Frame.Sequence - 1)
            {
                outcome.Refusal = snapshots.Follow(outcome);
                current[At(opened)] = outcome.Refusal is null ? (epoch, outcome.Frame.Sequence) : (epoch, sequence);
            }
            else
            {
                outcome.Refusal = HubErrors.Of(ErrorReason.StreamFenced, ("source", opened.Source), ("stream", opened.Stream));
            }
        }
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
