using Grpc.Core;

namespace HubExchange.Server.Identity;

/// <summary>
/// Messages of a caller who is still trusted. Waiting for the next message ends with the reason within one period of the moment the
/// caller is no longer trusted, also when the caller is silent.
/// </summary>
internal sealed class ConfirmedReader<T>(IAsyncStreamReader<T> inner, Credential credential, TimeSpan period, TimeProvider time)
    : IAsyncStreamReader<T>
{
    // One timer at a time for the whole stream, however many messages arrive.
    private Task _due = Task.Delay(period, time);

    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var next = inner.MoveNext(cancellationToken);
        while (true)
        {
            if (_due.IsCompleted)
            {
                await ConfirmAsync(next, cancellationToken);
                _due = Task.Delay(period, time, CancellationToken.None);
            }

            if (next.IsCompleted || await Task.WhenAny(next, _due) == next)
            {
                return await next;
            }
        }
    }

    private async Task ConfirmAsync(Task<bool> abandoned, CancellationToken cancellationToken)
    {
        try
        {
            await credential.ConfirmAsync(cancellationToken);
        }
        catch
        {
            // The read that nobody waits for any more fails when the call ends; that is no news.
            _ = abandoned.ContinueWith(
                static read => read.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }
}

/// <summary>Messages to a caller who is still trusted: nothing is written one period after the caller no longer is.</summary>
internal sealed class ConfirmedWriter<T>(IServerStreamWriter<T> inner, Credential credential, TimeSpan period, TimeProvider time)
    : IServerStreamWriter<T>
{
    private long _confirmed = time.GetTimestamp();

    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_confirmed) >= period)
        {
            await credential.ConfirmAsync(cancellationToken);
            _confirmed = time.GetTimestamp();
        }

        await inner.WriteAsync(message, cancellationToken);
    }
}
