using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Errors;
using HubExchange.Server.Hosting;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Reconciliation;

/// <summary>Compares heartbeats with what the hub has, and starts a reconciliation where they differ.</summary>
internal sealed partial class HeartbeatCheck(
    LiveSets sets,
    ReconciliationRunner runner,
    OpenCalls calls,
    AttendanceDays days,
    EntityTypes types,
    IOptions<ReconciliationOptions> options,
    TimeProvider time,
    ILogger<HeartbeatCheck> logger)
{
    private readonly ConcurrentDictionary<(string Source, string Type), DateTimeOffset> _started = new();

    // Begun here and not ended: waiting for its turn, or at it.
    private readonly ConcurrentDictionary<(string Source, string Type), bool> _going = new();

    // What differed when a reconciliation began that could not make it equal: for the same again there is nothing to be done.
    private readonly ConcurrentDictionary<(string Source, string Type), (SetDigest Theirs, SetDigest Ours)> _left = new();

    /// <summary>Takes a heartbeat in.</summary>
    /// <exception cref="FormatException">A digest is none.</exception>
    public async Task TakeAsync(Attendance attendance, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        await days.NoteAsync(attendance.Source, cancellationToken);
        foreach (var held in heartbeat.Types_.Where(held => attendance.Types.Contains(held.Type)))
        {
            var type = types.Demand(held.Type);
            if (held.Digest.Length != SetDigest.Size)
            {
                throw new FormatException("A digest has 32 bytes.");
            }

            attendance.Note(type, held.Count);
            var (sequence, digest) = await sets.DigestAsync(attendance.Source, attendance.Stream, type, cancellationToken);
            var theirs = SetDigest.Read(held.Count, held.Digest.Span);
            if (digest != theirs && sequence != heartbeat.Sequence)
            {
                // Frames were committed that the source had not heard of: what had it then?
                var question = new CellsRequest
                {
                    Type = type.Id,
                    Sequence = sequence,
                    HubCount = digest.Count,
                    HubDigest = UnsafeByteOperations.UnsafeWrap(digest.ToArray()),
                };
                var answer = (await attendance.TryAskAsync(new AttendResponse { Cells = question }, cancellationToken))?.Cells;
                if (answer is null or { IsGone: true })
                {
                    continue;
                }

                theirs = SetDigest.Read(answer.Count, answer.Digest.Span);
            }

            if (digest != theirs)
            {
                Log.Different(logger, attendance.Source, type.Id, sequence, theirs.Count, digest.Count);
                Start(attendance.Source, type, (theirs, digest));
            }
            else
            {
                _left.TryRemove((attendance.Source, type.Id), out _);
            }
        }
    }

    private void Start(string source, EntityType type, (SetDigest Theirs, SetDigest Ours) sides)
    {
        var now = time.GetUtcNow();
        if (!options.Value.RunOnDifference ||
            now - _started.GetValueOrDefault((source, type.Id), DateTimeOffset.MinValue) < TimeSpan.FromSeconds(options.Value.RunPauseSeconds) ||
            (_left.TryGetValue((source, type.Id), out var left) && left == sides) ||
            !_going.TryAdd((source, type.Id), true))
        {
            return;
        }

        _started[(source, type.Id)] = now;
        _ = RunAsync(source, type, sides);
    }

    private async Task RunAsync(string source, EntityType type, (SetDigest Theirs, SetDigest Ours) sides)
    {
        try
        {
            var run = await runner.RunAsync(source, type, calls.Stopping);
            if (run.State is ReconciliationState.Waiting or ReconciliationState.Different)
            {
                _left[(source, type.Id)] = sides;
            }
        }
        catch (Exception e) when (e is RpcException or NpgsqlException or OperationCanceledException)
        {
            // Runs already, attends no more, or the hub stops; the next heartbeat shows what is left.
            Log.NotStarted(logger, source, type.Id, e.Message);
        }
        finally
        {
            _going.TryRemove((source, type.Id), out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information,
            "{Source} and the hub differ in {Type} at sequence {Sequence}: {SourceCount} records there, {HubCount} here")]
        public static partial void Different(ILogger logger, string source, string type, long sequence, long sourceCount, long hubCount);

        [LoggerMessage(LogLevel.Debug, "No reconciliation of {Source} {Type}: {Reason}")]
        public static partial void NotStarted(ILogger logger, string source, string type, string reason);
    }
}
