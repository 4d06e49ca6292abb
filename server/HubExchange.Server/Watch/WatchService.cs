using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Deliveries;
using HubExchange.Server.Errors;
using HubExchange.Server.Hosting;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Watch;

/// <summary>
/// A watch begins by itself, reads the feed until it is where all watches are, and from there on gets what is read once for all of them.
/// </summary>
internal sealed class WatchService(
    HubStorage storage,
    WatchOpening opening,
    WatchMatcher matcher,
    WatchFeed feed,
    WatchSlots slots,
    OpenCalls calls,
    DeliveryLedger ledger,
    IOptions<WatchOptions> options,
    IOptions<FeedOptions> feedOptions,
    TimeProvider clock)
    : V1.WatchService.WatchServiceBase
{
    public override async Task WatchRecords(
        WatchRecordsRequest request, IServerStreamWriter<WatchRecordsResponse> responseStream, ServerCallContext context)
    {
        var caller = context.GetCaller();
        calls.Enter(context.GetHttpContext().Response);
        using var slot = slots.Take(caller);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, calls.Stopping);
        var stream = new WatchStream(responseStream, ledger, caller, options.Value.StallTimeout, clock);
        var watch = await OpenAsync(request, caller, stream, ended.Token);
        watch = await CatchUpAsync(watch, long.MaxValue, stream, ended.Token);
        using var watcher = new Watcher(watch.Selection, watch.View, options.Value.QueueBytes, WatchStream.TooSlow);
        try
        {
            var joined = await feed.JoinAsync(watcher, watch, ended.Token);
            await FollowAsync(watch, watcher, joined, stream, ended.Token);
        }
        catch (OperationCanceledException) when (watcher.Reason is { } reason && !ended.IsCancellationRequested)
        {
            throw reason;
        }
        finally
        {
            feed.Leave(watcher);
        }
    }

    private async Task<OpenWatch> OpenAsync(
        WatchRecordsRequest request, Caller caller, WatchStream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await opening.OpenAsync(request, caller, stream, cancellationToken);
        }
        catch (Exception e) when (FilterErrors.Of(e) is { } error)
        {
            throw error;
        }
    }

    private async Task FollowAsync(OpenWatch watch, Watcher watcher, long joined, WatchStream stream, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(watcher.Ended, cancellationToken);
        await CatchUpAsync(watch, joined, stream, either.Token);
        while (true)
        {
            var message = await watcher.TakeAsync(either.Token);
            await stream.SendAsync(message.Response, either.Token);
        }
    }

    // Reads page by page, and holds no connection while the caller takes one.
    private async Task<OpenWatch> CatchUpAsync(OpenWatch watch, long through, WatchStream stream, CancellationToken cancellationToken)
    {
        var isWithinCommit = false;
        while (watch.Position < through)
        {
            var (chunk, messages) = await ReadAsync(watch, through, isWithinCommit, cancellationToken);
            if (chunk is null)
            {
                break;
            }

            foreach (var message in messages)
            {
                await stream.SendAsync(message.Response, cancellationToken);
            }

            isWithinCommit = !chunk.Entries[^1].EndsCommit;
            watch = watch with { Position = chunk.Last, Token = chunk.Boundary is { } boundary ? chunk.TokenAt(boundary) : watch.Token };
        }

        return watch;
    }

    private async Task<(FeedChunk? Chunk, List<WatchMessage> Messages)> ReadAsync(
        OpenWatch watch, long through, bool isWithinCommit, CancellationToken cancellationToken)
    {
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);

        // A page is short. A statement that is broken off in the middle may leave the connection unfit for whoever gets it next.
        cancellationToken = CancellationToken.None;
        await using var survey = await connection.BeginSurveyAsync(cancellationToken);
        var bounds = await connection.ReadFeedBoundsAsync(cancellationToken);
        WatchOpening.CheckKept(watch.Position, bounds);
        var entries = await connection.ReadFeedAsync(watch.Position, through, feedOptions.Value.PageSize, cancellationToken);
        if (entries.Count == 0)
        {
            return (null, []);
        }

        // A partition may have been dropped since the bounds were read: a drop is seen at once.
        WatchOpening.CheckKept(watch.Position, bounds with { Dropped = entries[0].Position - 1 });
        if (matcher.IsPlaceNews(entries) &&
            await matcher.HasChangedAsync(connection, watch.Selection, ChinaTime.Today(clock), cancellationToken))
        {
            throw HubErrors.Of(ErrorReason.WatchSelectionChanged);
        }

        var chunk = new FeedChunk(entries, isWithinCommit);
        var events = await matcher.MatchAsync(connection, chunk, new WatchAudience(watch.Selection), cancellationToken);
        return (chunk, MessageWriter.Write(options.Value, watch.View, chunk, events.GetValueOrDefault(watch.Selection) ?? []));
    }
}
