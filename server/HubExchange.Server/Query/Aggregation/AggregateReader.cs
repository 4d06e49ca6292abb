using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>
/// Computes aggregates. Every answer is of one instant, and final: whoever reads again as of it gets the same, so that the list behind
/// a cell has as many records as the cell says.
/// </summary>
internal sealed class AggregateReader(
    EntityTypes types, HubStorage storage, StandingCounts standing, SettledInstants instants, IOptions<AggregateOptions> options)
{
    public async Task<AggregateRecordsResponse> ReadAsync(
        AggregatePlan plan, AggregateRecordsRequest request, CancellationToken cancellationToken)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var asked = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        var page = AggregatePage.Read(request);
        if (page.Offset + size > options.Value.MaxPagedGroups)
        {
            throw HubErrors.InvalidRequest(new FieldProblem(
                "page_token", $"最多翻阅 {options.Value.MaxPagedGroups} 组,请加筛选", $"at most {options.Value.MaxPagedGroups} groups can be paged; filter"));
        }

        // What is only counted by where it stands has been counted already.
        var canBeKept = plan.CountsStanding && request is { Filter: "", Source: "" } && asked.IsCurrent && page.Instant is null;
        using var turn = canBeKept ? await standing.EnterAsync(cancellationToken) : null;
        await using var snapshot = await instants.BeginAsync(page.Instant ?? asked.RecordedAsOf, cancellationToken);
        var (connection, instant) = (snapshot.Connection, snapshot.Instant);

        // Where nothing is newer, what is current takes the shorter way.
        var time = new ReadTime(snapshot.IsLatest ? null : instant, asked.EffectiveOn);
        PlaceBook? book = null;
        LayoutDefinition? layout = null;
        List<StandingCount>? counts = null;
        if (turn is not null)
        {
            book = await PlaceBook.ReadAsync(storage, types, connection, ReadTime.Current, ChinaTime.DayOf(instant), cancellationToken);
            counts = await turn.ReadAsync(connection, book, [plan.Type], time.RecordedAsOf, cancellationToken);
            turn.Dispose();
        }

        if (plan.NeedsPlace)
        {
            book = counts is null ? await PlaceBook.ReadAsync(storage, types, connection, time, ChinaTime.DayOf(instant), cancellationToken) : book!;
            layout = plan.Groups.Any(group => group.NeedsLayout) || request.Layout.Length > 0
                ? book.Find(request.Layout) ?? throw HubErrors.Of(ErrorReason.LayoutNotFound, ("layout", request.Layout))
                : null;
        }

        var cells = await ReadCellsAsync(plan, request, connection, time, ChinaTime.DayOf(instant), book, layout, counts, page.Offset, size, cancellationToken);
        var names = await GroupNames.ReadAsync(plan, cells.Rows, book, layout, storage, types, connection, time, cancellationToken);
        var pinned = Pin(request, instant, layout?.LayoutId ?? "");
        var response = new AggregateRecordsResponse
        {
            Measures = { plan.Measures.Select(measure => new Measure { Id = measure.Id, Function = measure.Function, Field = measure.Field?.Name ?? "" }) },
            Total = Row(plan, cells.Total, names, pinned),
            TotalRows = cells.TotalRows,
            RecordedAsOf = Timestamp.FromDateTime(instant),
            Layout = layout?.LayoutId ?? "",
        };
        response.Rows.Add(cells.Rows.Select(row => Row(plan, row, names, pinned)));
        if (page.Offset + cells.Rows.Count < cells.TotalRows)
        {
            response.NextPageToken = new AggregatePage(instant, page.Offset + size).Write(request);
        }

        return response;
    }

    private async Task<CellPage> ReadCellsAsync(
        AggregatePlan plan,
        AggregateRecordsRequest request,
        NpgsqlConnection connection,
        ReadTime time,
        DateOnly today,
        PlaceBook? book,
        LayoutDefinition? layout,
        List<StandingCount>? counts,
        long offset,
        int size,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        var rows = new RecordRows(storage, time, command.Parameters);
        if (counts is null && plan.OwnNode is null && request.Source.Length == 0)
        {
            await rows.LookAheadAsync(plan.Type, connection, cancellationToken);
        }

        var sql = counts is null
            ? new AggregateSql(plan, request.Filter, request.Source, rows, types, time.EffectiveOn ?? today, book, layout)
            : new AggregateSql(plan, rows, counts, book!, layout);

        // Which cells are withheld depends on all of them.
        var limit = options.Value.MaxProtectedGroups;
        command.CommandText = plan.IsProtected ? sql.Groups("", 0, limit) : sql.Groups(request.Having, offset, size);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = await CellPage.ReadAsync(reader, plan, cancellationToken);
        if (!plan.IsProtected)
        {
            return page;
        }

        return page.TotalRows > limit
            ? throw HubErrors.InvalidRequest(new FieldProblem("groups", $"超过 {limit} 组,请减少分组或加筛选", $"more than {limit} groups; group by less or filter"))
            : page.Protect(
                new CellLimits(options.Value.MinContributors, options.Value.MaxContributorShare),
                namesWithheld: plan.Groups.Count == 1 && request.Filter.Length == 0,
                offset,
                size);
    }

    private static AggregateRecordsRequest Pin(AggregateRecordsRequest request, DateTime instant, string layout) => new()
    {
        Type = request.Type,
        Filter = request.Filter,
        Source = request.Source,
        RecordedAsOf = Timestamp.FromDateTime(instant),
        EffectiveOn = request.EffectiveOn,
        Layout = layout,
        Groups = { request.Groups },
    };

    private static AggregateRow Row(AggregatePlan plan, CellRow cell, GroupNames names, AggregateRecordsRequest pinned)
    {
        var row = new AggregateRow { Suppressed = cell.IsWithheld };
        row.Groups.Add(cell.Groups.Select((value, i) => new GroupValue
        {
            Value = value ?? "",
            Absent = value is null,
            Label = value is null ? "" : names.Of(plan.Groups[i], value),
        }));
        row.Values.Add(cell.Values.Select(value => cell.IsWithheld
            ? new MeasureValue()
            : new MeasureValue { Value = value ?? "", Absent = value is null }));
        if (!plan.IsProtected)
        {
            row.Drill = CellToken.Write(new AggregateCell { Request = pinned, Groups = { row.Groups.Select(WithoutLabel) } });
        }

        return row;
    }

    private static GroupValue WithoutLabel(GroupValue value) => new() { Value = value.Value, Absent = value.Absent };
}
