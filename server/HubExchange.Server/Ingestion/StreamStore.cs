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
internal sealed class StreamStore(HubStorage storage)
{
    /// <summary>Gives the stream to a new connection; an older one can no longer commit.</summary>
    public async Task<StreamPosition> OpenAsync(string source, string stream, CancellationToken cancellationToken)
    {
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<StreamPosition>(new CommandDefinition(
            SqlFiles.Read("Ingestion/OpenStream.sql"), new { source, stream }, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Locks the sources and streams of a batch until its transaction ends, and refuses the frames of connections that were fenced or
    /// whose predecessor was not committed. Tells also which frames may mend something in quarantine, and what they have to do with snapshots.
    /// </summary>
    public static async Task LockAsync(NpgsqlConnection connection, List<FrameOutcome> outcomes, CancellationToken cancellationToken)
    {
        var positions = outcomes.Select(outcome => outcome.Frame.Stream).OfType<StreamPosition>().DistinctBy(At).ToList();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/LockSources.sql"))
                {
                    Parameters = { Texts(outcomes.Select(outcome => outcome.Frame.Caller.Node).Distinct()) },
                },
                new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/LockStreams.sql"))
                {
                    Parameters = { Texts(positions.Select(position => position.Source)), Texts(positions.Select(position => position.Stream)) },
                },
                new NpgsqlBatchCommand(SqlFiles.Read("Ingestion/FindOpen.sql"))
                {
                    Parameters =
                    {
                        Texts(outcomes.Select(outcome => outcome.Frame.Caller.Node)),
                        Texts(outcomes.Select(outcome => outcome.Frame.Type.Id)),
                    },
                },
                BatchSnapshots.Find(outcomes),
            },
        };

        var current = new Dictionary<(string, string), (long Epoch, long Sequence)>();
        BatchSnapshots snapshots;
        await using (var rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
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
            snapshots = await BatchSnapshots.ReadAsync(rows, cancellationToken);
        }

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

    /// <summary>Moves the watermarks and keeps digest and counts of each frame.</summary>
    public static async Task AdvanceAsync(NpgsqlConnection connection, List<FrameOutcome> outcomes, CancellationToken cancellationToken)
    {
        var frames = outcomes.Where(outcome => outcome.Frame.Stream is not null).ToList();
        if (frames.Count == 0)
        {
            return;
        }

        var results = frames.ConvertAll(outcome => outcome.Result);
        await using var command = new NpgsqlCommand(SqlFiles.Read("Ingestion/AdvanceStreams.sql"), connection)
        {
            Parameters =
            {
                Texts(frames.Select(outcome => outcome.Frame.Caller.Node)),
                Texts(frames.Select(outcome => outcome.Frame.Stream!.Stream)),
                new NpgsqlParameter<long[]> { TypedValue = [.. results.Select(result => result.Sequence)] },
                Texts(results.Select(result => result.Type)),
                new NpgsqlParameter<byte[][]> { TypedValue = [.. results.Select(result => result.Digest)] },
                Numbers(frames.Select(outcome => (long)outcome.Frame.Changes.Count)),
                Numbers(results.Select(result => result.Counts.Stored)),
                Numbers(results.Select(result => result.Counts.Unchanged)),
                Numbers(results.Select(result => result.Counts.Deleted)),
                Numbers(results.Select(result => result.Counts.Quarantined)),
                new NpgsqlParameter<DateTime> { TypedValue = results[0].RecordedAt },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
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

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<int[]> Numbers(IEnumerable<long> values) => new() { TypedValue = [.. values.Select(value => (int)value)] };
}
