using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Layouts;

/// <summary>Reads layouts as of a moment and puts the counts at their places.</summary>
internal sealed class LayoutReader(EntityTypes types, HubStorage storage, StandingCounter counter, StandingCounts counts, TimeProvider time)
{
    /// <summary>What is known of the places at a moment, without counts.</summary>
    public async Task<PlaceBook> ReadBookAsync(ReadTime moment, CancellationToken cancellationToken)
    {
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginSurveyAsync(cancellationToken);
        return await PlaceBook.ReadAsync(storage, types, connection, moment, ChinaTime.Today(time), cancellationToken);
    }

    /// <summary>A layout with its counts, the default one of the day when <paramref name="id"/> is empty.</summary>
    /// <param name="id">The layout.</param>
    /// <param name="moment">As of when.</param>
    /// <param name="caller">Whoever gets aggregates of statistical returns only has no counts of them here, where small ones are not withheld.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Grpc.Core.RpcException">LAYOUT_NOT_FOUND.</exception>
    public async Task<CountedLayout> GetAsync(string id, ReadTime moment, Caller caller, CancellationToken cancellationToken)
    {
        // One snapshot for layout, places and records, or the totals of a busy hub would not fit together.
        using var turn = moment.IsCurrent ? await counts.EnterAsync(cancellationToken) : null;
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginSurveyAsync(cancellationToken);
        var book = await PlaceBook.ReadAsync(storage, types, connection, moment, ChinaTime.Today(time), cancellationToken);
        var definition = book.Find(id) ?? throw HubErrors.Of(ErrorReason.LayoutNotFound, ("layout", id));
        var all = types.All.Where(type => !new ReadAccess(caller, type).AggregatesOnly).ToList();
        var standing = turn is null
            ? await counter.CountAsync(connection, moment, book, all, cancellationToken)
            : await turn.ReadAsync(connection, book, all, null, cancellationToken);
        return new CountedLayout(definition, book, PlaceCounts.Of(standing!, definition, book.Zones));
    }

    /// <summary>A layout without counts.</summary>
    public static Layout Outline(LayoutDefinition definition) => new()
    {
        Id = definition.LayoutId,
        Name = definition.Name,
        ValidFrom = definition.ValidFrom,
        ValidTo = definition.ValidTo,
        IsDefault = definition.IsDefault,
        Zones = { definition.Zones.Select(group => new LayoutZone { Id = group.Id, Name = group.Name }) },
    };
}
