using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Changes;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Query.Places;

/// <summary>
/// The current counts of records by where they stand. They are counted once, kept with the feed position they are of, and brought up to
/// date by what the feed says since: exact, and at the price of what changed instead of what is there. Readers take turns, so that no
/// reader's snapshot is older than what is kept.
/// </summary>
internal sealed class StandingCounts(
    EntityTypes types, HubStorage storage, StandingCounter counter, IOptions<PlaceOptions> options, TimeProvider time)
    : IDisposable
{
    private static readonly string ChangedSql = SqlFiles.Read("Query/Places/ChangedTypes.sql");

    private readonly TimeProvider _time = time;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<EntityType, Kept> _kept = [];
    private readonly ConcurrentDictionary<EntityType, DateTimeOffset> _asked = new();

    /// <summary>What is kept of a type.</summary>
    /// <param name="Position">Feed position it is of.</param>
    /// <param name="Coverage">Divisions and the units that counted them then.</param>
    /// <param name="Counts">Records by standing; none is zero.</param>
    private sealed record Kept(long Position, string Coverage, Dictionary<Standing, long> Counts);

    /// <summary>What of a range of the feed concerns a type.</summary>
    /// <param name="Last">Position of its last entry that changes consolidated views.</param>
    /// <param name="HasUnknown">Some were recorded after the instant.</param>
    /// <param name="IsInverted">A key has one of these before one that was recorded until the instant.</param>
    private sealed record Changed(long Last, bool HasUnknown, bool IsInverted);

    /// <summary>Waits for the turn. It has to come before the snapshot begins, and ends with the returned object.</summary>
    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(this);
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>The types that somebody asked for since an instant.</summary>
    public IReadOnlyList<EntityType> AskedSince(DateTimeOffset instant) => [.. _asked.Where(asked => asked.Value > instant).Select(asked => asked.Key)];

    /// <summary>The types of which somebody has asked for the counts since the start.</summary>
    public IReadOnlyList<EntityType> EverAsked() => [.. _asked.Keys];

    /// <summary>The turn of one reader.</summary>
    public sealed class Turn(StandingCounts counts) : IDisposable
    {
        private bool _isOver;

        /// <summary>Reads the counts of types as of an instant in the recent past.</summary>
        /// <param name="connection">Connection with the snapshot, which began after <see cref="EnterAsync"/>.</param>
        /// <param name="book">The places, of the same snapshot.</param>
        /// <param name="wanted">The types.</param>
        /// <param name="instant">
        /// An instant that was settled after <see cref="EnterAsync"/>; null for everything in the snapshot.
        /// </param>
        /// <param name="cancellationToken">Ends the call.</param>
        /// <returns>The counts; null when what is kept cannot tell them apart from what was recorded after the instant.</returns>
        public Task<List<StandingCount>?> ReadAsync(
            NpgsqlConnection connection, PlaceBook book, IReadOnlyList<EntityType> wanted, DateTime? instant, CancellationToken cancellationToken)
        {
            foreach (var type in wanted)
            {
                counts._asked[type] = counts._time.GetUtcNow();
            }

            return counts.ReadAsync(connection, book, wanted, instant, cancellationToken);
        }

        /// <summary>Brings what is kept of types up to date.</summary>
        public Task RefreshAsync(NpgsqlConnection connection, PlaceBook book, IReadOnlyList<EntityType> wanted, CancellationToken cancellationToken) =>
            counts.ReadAsync(connection, book, wanted, null, cancellationToken);

        /// <summary>Compares what is kept of a type with a recount in the same snapshot. What is wrong is let go of.</summary>
        /// <returns>Whether they agree; null when nothing is kept that the feed leads on from.</returns>
        public Task<bool?> CheckAsync(NpgsqlConnection connection, PlaceBook book, EntityType type, CancellationToken cancellationToken) =>
            counts.CheckAsync(connection, book, type, cancellationToken);

        /// <summary>Lets the next reader have its turn. What was read stays as it is.</summary>
        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                counts._turn.Release();
            }
        }
    }

    private async Task<bool?> CheckAsync(NpgsqlConnection connection, PlaceBook book, EntityType type, CancellationToken cancellationToken)
    {
        var until = (await connection.ReadFeedBoundsAsync(cancellationToken)).Last;
        if (!IsUsable(type, CoverageOf(book), until))
        {
            return null;
        }

        await ReadAsync(connection, book, [type], null, cancellationToken);
        var recount = await counter.CountAsync(connection, ReadTime.Current, book, [type], cancellationToken);
        var kept = _kept[type].Counts;
        var agrees = kept.Count == recount.Count && recount.TrueForAll(count => kept.GetValueOrDefault(count.Standing) == count.Records);
        if (!agrees)
        {
            _kept.Remove(type);
        }

        return agrees;
    }

    private async Task<List<StandingCount>?> ReadAsync(
        NpgsqlConnection connection, PlaceBook book, IReadOnlyList<EntityType> wanted, DateTime? instant, CancellationToken cancellationToken)
    {
        var until = (await connection.ReadFeedBoundsAsync(cancellationToken)).Last;
        var coverage = CoverageOf(book);
        var stale = wanted.Where(type => !IsUsable(type, coverage, until)).ToList();
        var after = wanted.Except(stale).Select(type => _kept[type].Position).DefaultIfEmpty(until).Min();
        var changed = await ChangedAsync(connection, after, until, instant ?? DateTime.MaxValue, cancellationToken);
        if (changed is null)
        {
            (stale, changed) = ([.. wanted], []);
        }

        // What is kept is brought up to date all the same, for whoever comes next.
        var isUnclear = instant is not null && (stale.Count > 0 || wanted.Any(type => IsBlurred(type, changed)));
        var later = await AdvanceAsync(
            connection, book, coverage, wanted, stale, changed, until, isUnclear ? DateTime.MaxValue : instant ?? DateTime.MaxValue, cancellationToken);
        return isUnclear
            ? null
            :
            [
                .. from type in wanted
                   from standing in _kept[type].Counts.Keys.Union(later.Keys.Where(key => key.Type == type).Select(key => key.Standing))
                   let records = _kept[type].Counts.GetValueOrDefault(standing) - later.GetValueOrDefault((type, standing))
                   where records != 0
                   select new StandingCount(type.Id, standing, records),
            ];
    }

    // Returns by how much what was recorded after the instant changes the counts.
    private async Task<Dictionary<(EntityType Type, Standing Standing), long>> AdvanceAsync(
        NpgsqlConnection connection,
        PlaceBook book,
        string coverage,
        IReadOnlyList<EntityType> wanted,
        List<EntityType> stale,
        Dictionary<string, Changed> changed,
        long until,
        DateTime instant,
        CancellationToken cancellationToken)
    {
        var later = new Dictionary<(EntityType, Standing), long>();
        if (stale.Count > 0)
        {
            var counts = (await counter.CountAsync(connection, ReadTime.Current, book, stale, cancellationToken)).ToLookup(count => count.Type);
            foreach (var type in stale)
            {
                _kept[type] = new Kept(until, coverage, counts[type.Id].ToDictionary(count => count.Standing, count => count.Records));
            }
        }

        var moved = new Dictionary<long, List<MovedOrganization>>();
        foreach (var type in wanted.Except(stale))
        {
            var kept = _kept[type];
            var range = new FeedRange(kept.Position, until, instant);
            if (PlacementSql.OrganizationOf(type) is not null && IsAfter(changed, EntityTable.OrganizationType, kept.Position) && !moved.ContainsKey(range.After))
            {
                moved.Add(range.After, await ReadMovedAsync(connection, book, range, cancellationToken));
            }

            // Before an organisation was there, what named it stood nowhere.
            var counts = new Dictionary<Standing, long>(kept.Counts);
            List<MovedOrganization> movers = counts.Count == 0 || !moved.TryGetValue(range.After, out var all) || PlacementSql.OrganizationOf(type) is null
                ? []
                : counts.ContainsKey(Standing.Nowhere) ? all : all.FindAll(organization => !organization.IsNew);
            if (movers.Count > 0 || IsAfter(changed, type.Id, kept.Position))
            {
                await AddAsync(connection, book, type, range, movers, counts, later, cancellationToken);
            }

            _kept[type] = kept with { Position = until, Counts = counts };
        }

        return later;
    }

    private async Task<List<MovedOrganization>> ReadMovedAsync(
        NpgsqlConnection connection, PlaceBook book, FeedRange range, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = new StandingDelta(types, storage, book, command.Parameters, range).OfOrganizations();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var moved = new List<MovedOrganization>();
        while (await rows.ReadAsync(cancellationToken))
        {
            moved.Add(new MovedOrganization(
                rows.GetString(0), rows.GetBoolean(1), rows.GetBoolean(2), StandingCounter.ReadStanding(rows, 3), StandingCounter.ReadStanding(rows, 6)));
        }

        return moved;
    }

    private async Task AddAsync(
        NpgsqlConnection connection,
        PlaceBook book,
        EntityType type,
        FeedRange range,
        List<MovedOrganization> moved,
        Dictionary<Standing, long> counts,
        Dictionary<(EntityType, Standing), long> later,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = new StandingDelta(types, storage, book, command.Parameters, range)
            .OfType(type, [.. moved.Select(organization => organization.Key)]);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var records = rows.GetInt64(4);
            if (rows.GetInt64(5) is > 0 and var number)
            {
                // What was there already goes with its organisation.
                var organization = moved[(int)number - 1];
                Add(organization.After, records, organization.IsKnown);
                Add(organization.Before, -records, organization.IsKnown);
            }
            else
            {
                Add(StandingCounter.ReadStanding(rows, 1), records, rows.GetBoolean(0));
            }
        }

        void Add(Standing standing, long records, bool isKnown)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, standing, out _);
            count += records;
            if (count == 0)
            {
                counts.Remove(standing);
            }

            if (!isKnown)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(later, (type, standing), out _) += records;
            }
        }
    }

    // Much that changed is counted anew sooner than it is followed. A position behind the kept one is that of a restored database.
    private bool IsUsable(EntityType type, string coverage, long until) =>
        _kept.TryGetValue(type, out var kept) &&
        kept.Coverage == coverage &&
        kept.Position <= until &&
        until - kept.Position <= options.Value.MaxFollowedChanges;

    // The book is of the snapshot. And an organisation that moved takes others with it; from when on, their entries do not say.
    private static bool IsBlurred(EntityType type, Dictionary<string, Changed> changed) =>
        PlaceBook.Types.Any(place => changed.TryGetValue(place, out var places) && places.HasUnknown) ||
        (changed.TryGetValue(type.Id, out var own) && own.IsInverted) ||
        (PlacementSql.OrganizationOf(type) is not null && changed.TryGetValue(EntityTable.OrganizationType, out var organizations) && organizations.HasUnknown);

    private static bool IsAfter(Dictionary<string, Changed> changed, string type, long position) =>
        changed.TryGetValue(type, out var change) && change.Last > position;

    private static string CoverageOf(PlaceBook book) =>
        string.Join(' ', book.UnitsByDivisionLength().SelectMany(pairs => pairs).Select(pair => $"{pair.Division}={pair.Unit}"));

    /// <summary>What of a range concerns which type; null when the feed no longer has all of it.</summary>
    private static async Task<Dictionary<string, Changed>?> ChangedAsync(
        NpgsqlConnection connection, long after, long until, DateTime instant, CancellationToken cancellationToken)
    {
        var changed = new Dictionary<string, Changed>();
        if (after == until)
        {
            return changed;
        }

        await using var command = new NpgsqlCommand(ChangedSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = after },
                new NpgsqlParameter<long> { TypedValue = until },
                new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(instant, DateTimeKind.Utc) },
            },
        };
        long entries = 0;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            entries += rows.GetInt64(1);
            if (!rows.IsDBNull(2))
            {
                changed.Add(rows.GetString(0), new Changed(rows.GetInt64(2), rows.GetBoolean(3), rows.GetBoolean(4)));
            }
        }

        return entries == until - after ? changed : null;
    }
}
