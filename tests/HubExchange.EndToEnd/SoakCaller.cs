using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Testing.History;

namespace HubExchange.EndToEnd;

/// <summary>
/// A source that makes unary pushes, one after the other. When it gets no answer it either repeats the same until it gets one, or lets
/// it be; the keys of that push are not used again, because it may take effect at any time.
/// </summary>
/// <param name="history">Where everything is recorded.</param>
/// <param name="source">Node.</param>
/// <param name="seed">What it makes up depends on this alone.</param>
internal sealed class SoakCaller(PushHistory history, string source, int seed)
{
    private const int MaxChanges = 12;
    private const int Keys = 40;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(seed);
    private int _generation;
    private int _contents;
    private long _answered;

    /// <summary>Changes that were answered.</summary>
    public long Changes => Interlocked.Read(ref _answered);

    /// <summary>Pushes until <paramref name="drain"/> is cancelled.</summary>
    public async Task RunAsync(IReadOnlyList<GrpcChannel> channels, CancellationToken drain, CancellationToken late)
    {
        using var timer = new PeriodicTimer(Interval);
        while (!drain.IsCancellationRequested)
        {
            var changes = MakeUp();
            var repeats = _random.Next(2) == 0;
            while (!await PushAsync(channels, changes, late) && repeats && !drain.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(late);
            }

            await timer.WaitForNextTickAsync(late);
        }
    }

    private async Task<bool> PushAsync(IReadOnlyList<GrpcChannel> channels, PushedChange[] changes, CancellationToken late)
    {
        if (await RecordedCall.PushAsync(channels[_random.Next(channels.Count)], history, source, changes, late))
        {
            Interlocked.Add(ref _answered, changes.Length);
            return true;
        }

        late.ThrowIfCancellationRequested();
        _generation++;
        return false;
    }

    // The first one tells later whether the push was committed.
    private PushedChange[] MakeUp()
    {
        var keys = Enumerable.Range(0, Keys).OrderBy(_ => _random.Next()).Take(_random.Next(1, MaxChanges))
            .Select(key => string.Create(CultureInfo.InvariantCulture, $"CALL-{source}-{seed}-{_generation}-{key}"))
            .ToArray();
        return [.. keys.Select((key, index) => (index == 0 ? 9 : _random.Next(10)) switch
        {
            0 => PushedChange.Delete(key),
            1 => PushedChange.Dirty(key, $"dirty {++_contents}"),
            2 => PushedChange.Dirty(key, "dirty as ever"),
            3 => PushedChange.Unreadable(),
            _ => PushedChange.Upsert(key, $"{source} call {++_contents}"),
        })];
    }
}
