using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>
/// Begins watches. The position a watch begins after, the meaning of its selection and, where asked for, the records selected then are
/// read in one snapshot.
/// </summary>
internal sealed class WatchOpening(HubStorage storage, EntityTypes types, GivenRecords given, IOptions<WatchOptions> options, TimeProvider clock) : IDisposable
{
    private const string Method = $"{nameof(V1.WatchService)}.{nameof(WatchService.WatchRecords)}";

    private readonly SemaphoreSlim _states = new(options.Value.MaxStateReads);

    /// <summary>Begins a watch and sends its state, if it is to begin with one, and the position.</summary>
    /// <exception cref="FilterException">The filter names what is not there, or compares what cannot be compared.</exception>
    /// <exception cref="FieldNotReadableException">The filter names what the caller may not see.</exception>
    /// <exception cref="Grpc.Core.RpcException">TYPE_UNKNOWN, REQUEST_INVALID, WATCH_POSITION_GONE, WATCH_POSITION_UNKNOWN, WATCH_TOO_SLOW.</exception>
    public async Task<OpenWatch> OpenAsync(WatchRecordsRequest request, Caller caller, WatchStream stream, CancellationToken cancellationToken)
    {
        WatchRules.Check(request);
        IReadOnlyList<EntityType> watched = request.Types_.Count == 0 ? types.All : [.. request.Types_.Distinct().Select(types.Demand)];
        var view = new WatchView(caller, request, watched);
        var isState = request.Start == WatchStart.State;
        if (isState)
        {
            await _states.WaitAsync(cancellationToken);
        }

        try
        {
            await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);

            // A statement that is broken off in the middle may leave the connection unfit for whoever gets it next.
            await using var survey = await connection.BeginSurveyAsync(CancellationToken.None);
            var bounds = await connection.ReadFeedBoundsAsync(CancellationToken.None);
            var selection = await SelectAsync(connection, request, caller, watched, ReadTime.Current, ChinaTime.Today(clock), CancellationToken.None);
            var from = request.ResumeToken.Length > 0 ? ResumeToken.Read(request.ResumeToken)
                : request.HasAfter ? new ResumeToken(request.After, "")
                : null;
            var position = from?.Position ?? bounds.Last;
            var last = position > bounds.Dropped
                ? (await connection.ReadFeedAsync(position - 1, position, 1, CancellationToken.None)).FirstOrDefault()
                : null;
            var watch = new OpenWatch(selection, view, position, last is null ? new ResumeToken(position, "") : ResumeToken.After(last));
            if (from is not null)
            {
                CheckPosition(from, last, bounds);
                await CheckSelectionAsync(connection, request, caller, watched, selection, last?.RecordedAt, CancellationToken.None);
            }

            await given.AddStreamAsync(
                caller, Method, watched.Select(type => new ReadScope(type, request.Source, view.MaskOf(type))), records: 0, reason: "", cancellationToken);
            if (isState)
            {
                await SendStateAsync(connection, watch, stream, cancellationToken);
            }

            await stream.SendAsync(new WatchRecordsResponse { Position = watch.Position, ResumeToken = watch.Token.ToString(), State = isState }, cancellationToken);
            return watch;
        }
        finally
        {
            if (isState)
            {
                _states.Release();
            }
        }
    }

    /// <summary>Checks that the entries after a position are all there.</summary>
    /// <exception cref="Grpc.Core.RpcException">WATCH_POSITION_GONE.</exception>
    public static void CheckKept(long after, FeedBounds bounds)
    {
        if (after < bounds.Dropped)
        {
            throw Gone(after, bounds);
        }
    }

    /// <summary>The error for a position at which the feed holds something else than the caller saw, or nothing.</summary>
    public static Grpc.Core.RpcException Unknown(long position, FeedBounds bounds) =>
        HubErrors.Of(ErrorReason.WatchPositionUnknown, ("position", Text(position)), ("last", Text(bounds.Last)));

    /// <inheritdoc />
    public void Dispose() => _states.Dispose();

    private async Task<Selection> SelectAsync(
        NpgsqlConnection connection,
        WatchRecordsRequest request,
        Caller caller,
        IReadOnlyList<EntityType> watched,
        ReadTime time,
        DateOnly today,
        CancellationToken cancellationToken)
    {
        WatchedPlace? place = null;
        if (request.ReportingUnit.Length > 0 || request.Zone.Length > 0)
        {
            var book = await PlaceBook.ReadAsync(storage, types, connection, time, today, cancellationToken);
            place = new WatchedPlace(request.ReportingUnit, request.Zone, book);
            if (time.IsCurrent)
            {
                WatchRules.CheckPlace(place);
            }
        }

        var rows = watched.Select(type => WatchedType.Of(type, request.Source, new ReadAccess(caller, type))).OfType<WatchedType>();
        var selection = new Selection(rows, request.Filter, place, caller, today);
        foreach (var type in watched)
        {
            // Also for types of which the caller sees nothing: a filter is right or wrong for everybody. Kept, so that whoever opens the
            // watch has the work of it, and not the reader of the feed.
            _ = selection.ShapeOf(type, storage, types);
        }

        return selection;
    }

    // An entry that is kept no more tells nothing: it may be another one than the caller saw.
    private static void CheckPosition(ResumeToken from, FeedRow? last, FeedBounds bounds)
    {
        if (from.Position < bounds.Dropped || (from.Position == bounds.Dropped && from.Mark.Length > 0))
        {
            throw Gone(from.Position, bounds);
        }

        if (from.Position > bounds.Dropped && (last is not { EndsCommit: true } || from.Contradicts(ResumeToken.After(last))))
        {
            throw Unknown(from.Position, bounds);
        }
    }

    private async Task CheckSelectionAsync(
        NpgsqlConnection connection,
        WatchRecordsRequest request,
        Caller caller,
        IReadOnlyList<EntityType> watched,
        Selection selection,
        DateTime? recordedAt,
        CancellationToken cancellationToken)
    {
        // What the selection meant when the caller was there. A caller that was nowhere yet has nothing to be wrong about.
        if (recordedAt is { } instant && (selection.Place is not null || selection.IsOfToday))
        {
            var then = await SelectAsync(
                connection, request, caller, watched, new ReadTime(instant, null), ChinaTime.DayOf(instant), cancellationToken);
            if (then.Key != selection.Key)
            {
                throw HubErrors.Of(ErrorReason.WatchSelectionChanged);
            }
        }
    }

    private async Task SendStateAsync(NpgsqlConnection connection, OpenWatch watch, WatchStream stream, CancellationToken cancellationToken)
    {
        var message = NewMessage();
        foreach (var type in watch.Selection.Types)
        {
            // As long as it takes: every write has its own limit.
            await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
            var (condition, join, columns) = watch.Selection.Sql(type.Type, storage, types, command.Parameters);
            var rows = new RecordRows(storage, ReadTime.Current, command.Parameters);
            command.CommandText =
                $"""
                select {RecordRow.Columns}
                from {rows.From(type.Type, [.. RecordRow.Envelope.Union(columns)], type.Source)} r
                {join}
                where {condition}
                """;
            var bytes = 0;
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
            try
            {
                while (await reader.ReadAsync(CancellationToken.None))
                {
                    var happened = MessageWriter.OfState(watch.View.Of(RecordRow.Read(type.Type, reader, access: null)), watch.Position);
                    message.Events.Add(happened);
                    bytes += happened.CalculateSize();
                    if (message.Events.Count >= options.Value.MessageEvents || bytes >= options.Value.MessageBytes)
                    {
                        await stream.SendAsync(message, cancellationToken);
                        (message, bytes) = (NewMessage(), 0);
                    }
                }
            }
            catch
            {
                // Closing the reader would read what is left.
                command.Cancel();
                throw;
            }
        }

        if (message.Events.Count > 0)
        {
            await stream.SendAsync(message, cancellationToken);
        }
    }

    private static WatchRecordsResponse NewMessage() => new() { State = true, Fragment = true };

    private static Grpc.Core.RpcException Gone(long position, FeedBounds bounds) =>
        HubErrors.Of(ErrorReason.WatchPositionGone, ("position", Text(position)), ("oldest", Text(bounds.Dropped)));

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
