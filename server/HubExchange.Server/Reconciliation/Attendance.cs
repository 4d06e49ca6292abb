using System.Collections.Concurrent;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Reconciliation;

/// <summary>One open control stream of a source.</summary>
internal sealed class Attendance(Caller caller, AttendHello hello, IServerStreamWriter<AttendResponse> responses) : IDisposable
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<AttendRequest?>> _asked = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Left to the garbage collector: a successor may cancel it while the call ends.
    private readonly CancellationTokenSource _end = new();
    private long _id;

    /// <summary>Tells this attendance from earlier and later ones of the stream, at any hub.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public Caller Caller => caller;

    public string Source => hello.Source;

    public string Stream => hello.Stream;

    public IReadOnlyCollection<string> Types { get; } = hello.Types_.ToHashSet();

    /// <summary>When it was told last that its certificate ends; null before.</summary>
    public DateTimeOffset? ExpiryToldAt { get; set; }

    /// <summary>Cancelled when a later attendance has taken over.</summary>
    public CancellationToken Ended => _end.Token;

    public void End() => _end.Cancel();

    /// <summary>Records of a type that the source had by its last heartbeat; null before the first.</summary>
    public long? CountOf(EntityType type) => _counts.TryGetValue(type.Id, out var count) ? count : null;

    /// <summary>Notes what a heartbeat says.</summary>
    public void Note(EntityType type, long count) => _counts[type.Id] = count;

    /// <summary>Welcomes the source. Nothing is asked before: without the secret it can answer nothing.</summary>
    public async Task WelcomeAsync(AttendWelcome welcome, CancellationToken cancellationToken)
    {
        await SendAsync(new AttendResponse { Welcome = welcome }, cancellationToken);
        _welcomed.TrySetResult();
    }

    /// <summary>Sends a message.</summary>
    public async Task SendAsync(AttendResponse message, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await responses.WriteAsync(message, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Tells the source something; one whose connection ended meanwhile is not told.</summary>
    /// <returns>Whether it went out.</returns>
    public async Task<bool> TryTellAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(new AttendResponse { Notice = notice }, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException or IOException or OperationCanceledException)
        {
            // The call is over.
            return false;
        }
    }

    /// <summary>Asks the source; null when the connection ended before it answered.</summary>
    public async Task<AttendRequest?> TryAskAsync(AttendResponse question, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _id);
        var answer = new TaskCompletionSource<AttendRequest?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        try
        {
            await _welcomed.Task.WaitAsync(cancellationToken);
            await SendAsync(new AttendResponse(question) { Id = id }, cancellationToken);
            return await answer.Task.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException or IOException)
        {
            // The call is over.
            return null;
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    /// <summary>Takes an answer; one that nobody waits for any more is dropped.</summary>
    public void Answer(AttendRequest answer)
    {
        if (_asked.TryGetValue(answer.Id, out var asked))
        {
            asked.TrySetResult(answer);
        }
    }

    /// <summary>Whoever waits for an answer gets none.</summary>
    public void Dispose()
    {
        _welcomed.TrySetResult();
        foreach (var asked in _asked.Values)
        {
            asked.TrySetResult(null);
        }
    }
}
