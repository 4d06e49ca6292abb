using System.Runtime.CompilerServices;
using Google.Protobuf;
using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Pushing records.</content>
public sealed partial class HubClient
{
    /// <summary>Pushes records of one type over a resumable stream. Returns when everything is committed.</summary>
    /// <param name="source">Node that sends; must be the one the certificate or token names.</param>
    /// <param name="records">The records; read as fast as the hub takes them, never all at once.</param>
    /// <param name="options">Stream name, batch size and patience; null means the defaults.</param>
    /// <param name="progress">Told of every acknowledgement and interruption.</param>
    /// <param name="cancellationToken">Ends the stream; sending the same again later is safe.</param>
    public Task<PushResult> PushAsync<T>(
        string source,
        IAsyncEnumerable<T> records,
        PushOptions? options = null,
        IProgress<PushProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        PushAsync(source, _options.Types.Of<T>(), ChangesOf(records, cancellationToken), options, progress, cancellationToken);

    /// <summary>Pushes changes of one type, deletions included, over a resumable stream. Returns when everything is committed.</summary>
    public Task<PushResult> PushAsync(
        string source,
        EntityType type,
        IAsyncEnumerable<Change> changes,
        PushOptions? options = null,
        IProgress<PushProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        PushAsync(source, type, changes, isSnapshot: false, options, progress, cancellationToken);

    /// <summary>
    /// Pushes everything a source has of a type as a full snapshot: what the hub has of it and <paramref name="records"/> does not hold is
    /// deleted. When that would be more than the hub allows, nothing is deleted and the snapshot waits for approval by the bureau;
    /// <see cref="PushResult.Snapshots"/> tells. When <paramref name="records"/> throws, nothing is deleted, either.
    /// </summary>
    public Task<PushResult> PushSnapshotAsync<T>(
        string source,
        IAsyncEnumerable<T> records,
        PushOptions? options = null,
        IProgress<PushProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        PushSnapshotAsync(source, _options.Types.Of<T>(), ChangesOf(records, cancellationToken), options, progress, cancellationToken);

    /// <summary>Pushes everything a source has of a type as a full snapshot of changes.</summary>
    public Task<PushResult> PushSnapshotAsync(
        string source,
        EntityType type,
        IAsyncEnumerable<Change> changes,
        PushOptions? options = null,
        IProgress<PushProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        PushAsync(source, type, changes, isSnapshot: true, options, progress, cancellationToken);

    /// <summary>Opens a stream for several types.</summary>
    /// <exception cref="HubException">The hub refuses the source, does not know a type, or cannot be reached.</exception>
    public Task<PushSession> OpenPushAsync(
        string source,
        IEnumerable<EntityType> types,
        PushOptions? options = null,
        IProgress<PushProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new PushOptions();
        var hello = new PushHello { Source = source, Stream = options.Stream, Types_ = { types.Select(type => type.Id).Distinct() } };
        if (options.LastSequence is { } last)
        {
            hello.LastSequence = last;
        }

        return PushSession.OpenAsync(
            _push,
            _connection,
            hello,
            options,
            _options,
            progress,
            cancellationToken,
            (frame, token) => FindOutcomeAsync(source, options.Stream, frame, token));
    }

    /// <summary>Lists the push streams with their watermarks, and the forks that were refused.</summary>
    /// <param name="source">Only of this node; null means every node the caller may see.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<V1.Stream> ListStreamsAsync(string? source = null, CancellationToken cancellationToken = default) =>
        PageAsync<V1.Stream>(
            async token =>
            {
                var request = new ListStreamsRequest { Source = source ?? "", PageToken = token };
                var response = await _connection.CallAsync(options => _streams.ListStreamsAsync(request, options), cancellationToken);
                return (response.Streams, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Pushes up to 1,000 changes of one type at once. All of it is committed, or nothing. Sending it again changes nothing, unless a key
    /// comes twice in it.</summary>
    public Task<PushRecordsResponse> PushRecordsAsync(
        string source, EntityType type, IEnumerable<Change> changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        var request = new PushRecordsRequest { Source = source, Type = type.Id, Changes = { changes } };
        return _connection.CallAsync(options => _push.PushRecordsAsync(request, options), cancellationToken);
    }

    private async Task<PushResult> PushAsync(
        string source,
        EntityType type,
        IAsyncEnumerable<Change> changes,
        bool isSnapshot,
        PushOptions? options,
        IProgress<PushProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(type);
        await using var session = await OpenPushAsync(source, [type], options, progress, cancellationToken);
        if (isSnapshot)
        {
            await session.BeginSnapshotAsync(type, cancellationToken);
        }

        await foreach (var change in changes.WithCancellation(cancellationToken))
        {
            await session.SendAsync(type, change, cancellationToken);
        }

        if (isSnapshot)
        {
            await session.EndSnapshotAsync(type, cancellationToken);
        }

        return await session.CompleteAsync(cancellationToken);
    }

    private static async IAsyncEnumerable<Change> ChangesOf<T>(
        IAsyncEnumerable<T> records, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IMessage<T>, new()
    {
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            yield return new Change { Record = record.ToByteString() };
        }
    }
}
