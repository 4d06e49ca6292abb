using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.Testing;
using HubExchange.Testing.History;

namespace HubExchange.EndToEnd;

/// <summary>
/// A source that pushes made-up changes over one stream for as long as it is told, keeps each frame until its ack, and connects again
/// whenever the connection breaks. Where there are several hubs it moves from one to another, also with frames under way.
/// </summary>
/// <param name="history">Where everything is recorded.</param>
/// <param name="source">Node.</param>
/// <param name="stream">Its stream.</param>
/// <param name="seed">What it makes up depends on this alone.</param>
/// <param name="sharesKeys">Its first stream reports keys that other sources report as well.</param>
internal sealed class SoakSource(PushHistory history, string source, string stream, int seed, bool sharesKeys)
{
    private const int InFlight = 4;
    private const int MaxChanges = 40;
    private const int Keys = 150;

    // One in so many acks makes it move.
    private const int AcksBetweenMoves = 20;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(seed);
    private readonly Queue<(long Sequence, PushedChange[] Changes)> _spool = new();
    private long _sent;
    private long _acknowledged;
    private long _changes;
    private int _contents;

    /// <summary>Acknowledged frames.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Changes made up so far.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Pushes until <paramref name="drain"/> is cancelled and everything is acknowledged.</summary>
    /// <param name="channels">Channels of the node, one to each hub.</param>
    /// <param name="drain">Ends the making up of new changes.</param>
    /// <param name="late">Gives up.</param>
    public async Task RunAsync(IReadOnlyList<GrpcChannel> channels, CancellationToken drain, CancellationToken late)
    {
        using var timer = new PeriodicTimer(RetryInterval);
        while (true)
        {
            try
            {
                await using var push = await RecordedPush.OpenAsync(channels[_random.Next(channels.Count)], history, source, stream, late);
                if (await PushAsync(push, mayMove: channels.Count > 1, drain, late))
                {
                    return;
                }
            }
            catch (Exception exception) when (!late.IsCancellationRequested && exception is RpcException or InvalidOperationException or IOException)
            {
                // A reset shows as what the socket said when it hits a frame being written.
                await timer.WaitForNextTickAsync(late);
            }
        }
    }

    // False: it wants to move.
    private async Task<bool> PushAsync(RecordedPush push, bool mayMove, CancellationToken drain, CancellationToken late)
    {
        Accept(push.Watermark);
        foreach (var (sequence, changes) in _spool.ToArray())
        {
            await push.SendAsync(sequence, changes, late);
        }

        while (true)
        {
            while (_spool.Count < InFlight && !drain.IsCancellationRequested)
            {
                var changes = MakeUp();
                _spool.Enqueue((++_sent, changes));
                await push.SendAsync(_sent, changes, late);
            }

            if (_spool.Count == 0)
            {
                return true;
            }

            Accept((await push.ReceiveAsync(late)).ThroughSequence);
            if (mayMove && _random.Next(AcksBetweenMoves) == 0)
            {
                return false;
            }
        }
    }

    // The history judges a watermark that went back; going on from there is impossible.
    private void Accept(long through)
    {
        if (through < Acknowledged)
        {
            throw new NotSupportedException($"{source} {stream}: the hub is at {through} and had acknowledged {Acknowledged}.");
        }

        while (_spool.TryPeek(out var frame) && frame.Sequence <= through)
        {
            _spool.Dequeue();
        }

        Interlocked.Exchange(ref _acknowledged, through);
    }

    private PushedChange[] MakeUp()
    {
        var changes = new PushedChange[_random.Next(1, MaxChanges)];
        for (var i = 0; i < changes.Length; i++)
        {
            var isShared = sharesKeys && stream == "a" && _random.Next(3) == 0;
            var key = string.Create(CultureInfo.InvariantCulture, $"SOAK-{(isShared ? "all" : source + stream)}-{_random.Next(Keys)}");
            changes[i] = _random.Next(20) switch
            {
                0 or 1 => PushedChange.Delete(key),
                2 => PushedChange.Dirty(key, _random.Next(2) == 0 ? "dirty as ever" : $"dirty {++_contents}"),
                3 => PushedChange.Unreadable(),
                4 or 5 => PushedChange.Upsert(key, "as ever"),
                _ => PushedChange.Upsert(key, $"{source} {++_contents}"),
            };
        }

        Interlocked.Add(ref _changes, changes.Length);
        return changes;
    }
}
