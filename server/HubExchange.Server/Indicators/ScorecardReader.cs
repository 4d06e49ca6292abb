using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Region.V1;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Aggregation;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Indicators;

/// <summary>Puts values, targets and colours of the indicators together. Every answer is of one instant, and final.</summary>
internal sealed class ScorecardReader(EntityTypes types, HubStorage storage, IndicatorCheck check, SettledInstants instants)
{
    // Those of IndicatorTarget.plan_year.
    private const int MinYear = 1990;
    private const int MaxYear = 2100;

    /// <summary>The scorecard, or the rows of single indicators.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="caller">Whoever gets aggregates of statistical returns only has no values of them here, where small ones are not withheld.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<GetScorecardResponse> ReadAsync(GetScorecardRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var asked = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        await using var snapshot = await instants.BeginAsync(asked.RecordedAsOf, cancellationToken);
        var (connection, instant, known) = (snapshot.Connection, snapshot.Instant, KnownOf(snapshot));
        var book = await IndicatorBook.ReadAsync(storage, types, connection, known, cancellationToken);
        var today = ChinaTime.DayOf(instant);
        var year = request.PlanYear != 0 ? request.PlanYear : book.Targets.Select(target => target.PlanYear).DefaultIfEmpty(today.Year).Max();
        var period = PeriodOf(year, asked.EffectiveOn, today);
        var calculator = new IndicatorCalculator(types, storage, connection, known, today);
        var response = new GetScorecardResponse
        {
            PlanYear = year,
            RecordedAsOf = Timestamp.FromDateTime(instant),
            EffectiveOn = Text(period.Day),
        };

        var wanted = request.IndicatorIds.ToHashSet();
        var places = request.CityOnly ? ([], []) : await PlacesAsync(book, calculator, request.Layout, period, cancellationToken);
        foreach (var target in book.Targets.Where(target => target.PlanYear == year && (wanted.Count == 0 || wanted.Contains(target.IndicatorId))))
        {
            var definition = book.Definitions.GetValueOrDefault(target.IndicatorId);
            response.Rows.Add(await RowAsync(book, calculator, target, definition, period, places, caller, cancellationToken));
        }

        return response;
    }

    /// <summary>The years for which there are targets.</summary>
    public async Task<IReadOnlyCollection<int>> ListYearsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await storage.SurveySource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginSurveyAsync(cancellationToken);
        var book = await IndicatorBook.ReadAsync(storage, types, connection, null, cancellationToken);
        return book.Targets.Select(target => target.PlanYear).ToHashSet();
    }

    /// <summary>The row of one indicator by a definition that need not be kept; null when the indicator has no target.</summary>
    public async Task<(ScoreRow Row, ScoreRow? Current)?> PreviewAsync(
        IndicatorDefinition definition, DateOnly? day, Caller caller, CancellationToken cancellationToken)
    {
        await using var snapshot = await instants.BeginAsync(null, cancellationToken);
        var (connection, known) = (snapshot.Connection, KnownOf(snapshot));
        var book = await IndicatorBook.ReadAsync(storage, types, connection, known, cancellationToken);
        if (book.Targets.FirstOrDefault(target => target.IndicatorId == definition.IndicatorId) is not { } target)
        {
            return null;
        }

        var today = ChinaTime.DayOf(snapshot.Instant);
        var period = PeriodOf(target.PlanYear, day, today);
        var calculator = new IndicatorCalculator(types, storage, connection, known, today);
        var places = await PlacesAsync(book, calculator, "", period, cancellationToken);
        var row = await RowAsync(book, calculator, target, definition, period, places, caller, cancellationToken);
        return book.Definitions.GetValueOrDefault(definition.IndicatorId) is { } kept
            ? (row, await RowAsync(book, calculator, target, kept, period, places, caller, cancellationToken))
            : (row, null);
    }

    /// <summary>The period a request means: up to the date, else to the end of the year, or today if that is earlier.</summary>
    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID: the year is not one of a plan.</exception>
    public static IndicatorPeriod PeriodOf(int year, DateOnly? day, DateOnly today)
    {
        if (year is < MinYear or > MaxYear)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("plan_year", $"须在 {MinYear} 至 {MaxYear} 之间", $"must lie between {MinYear} and {MaxYear}"));
        }

        if (day is { Year: < MinYear or > MaxYear })
        {
            throw HubErrors.InvalidRequest(new FieldProblem("effective_on", $"年份须在 {MinYear} 至 {MaxYear} 之间", $"its year must lie between {MinYear} and {MaxYear}"));
        }

        var last = new DateOnly(year, 12, 31);
        return new IndicatorPeriod(year, day ?? (today < last ? today : last));
    }

    // Null for what is current, where nothing is newer than the instant: the shorter way to the same.
    private static DateTime? KnownOf(SettledSnapshot snapshot) => snapshot.IsLatest ? null : snapshot.Instant;

    // The units of the layout, and the zones that have a part of any target.
    private static async Task<(List<(string Id, string Name)> Units, List<(string Id, string Name)> Zones)> PlacesAsync(
        IndicatorBook book, IndicatorCalculator calculator, string layoutId, IndicatorPeriod period, CancellationToken cancellationToken)
    {
        var places = await calculator.BookAsync(period.End, cancellationToken);
        var ids = places.Find(layoutId)?.ReportingUnits.AsEnumerable() ?? places.Units.Select(unit => unit.UnitId);
        var zones = book.Shares.SelectMany(shares => shares)
            .Select(share => share.PlaceId)
            .Where(id => !places.KnownUnits.Contains(id))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(places.Zones.Find)
            .OfType<Zone>();
        return ([.. ids.Select(id => (id, places.NameOfUnit(id)))], [.. zones.Select(zone => (zone.ZoneId, zone.Name))]);
    }

    private async Task<ScoreRow> RowAsync(
        IndicatorBook book,
        IndicatorCalculator calculator,
        IndicatorTarget target,
        IndicatorDefinition? definition,
        IndicatorPeriod period,
        (List<(string Id, string Name)> Units, List<(string Id, string Name)> Zones) places,
        Caller caller,
        CancellationToken cancellationToken)
    {
        var row = new ScoreRow { Target = target, Definition = definition };
        IndicatorValues? values = null, previous = null;
        if (definition is null)
        {
            (row.ReasonZh, row.ReasonEn) = ("尚未定义算法;显示上报值。", "Nobody has said how to compute it; reported values are shown.");
        }
        else if (definition.Formula == IndicatorFormula.NotComputed)
        {
            (row.ReasonZh, row.ReasonEn) = (definition.ReasonZh, definition.ReasonEn);
        }
        else if (check.Problems(definition) is { Count: > 0 } problems)
        {
            // Definitions are records, too, and may be pushed as such.
            row.ReasonZh = $"算法有误:{string.Join(";", problems.Select(problem => $"{problem.Field} {problem.Zh}"))}";
            row.ReasonEn = $"The definition is wrong: {string.Join("; ", problems.Select(problem => $"{problem.Field} {problem.En}"))}";
            definition = null;
        }
        else if (definition.Terms.Any(term => new ReadAccess(caller, types.Find(term.Type)!).AggregatesOnly))
        {
            row.ReasonZh = "按统计调查资料计算,不向仅可看汇总者提供(《统计法》第二十八条);汇总请用 AggregateRecords。";
            row.ReasonEn = "It is computed from statistical returns, of which this caller gets aggregates only (Statistics Law, art. 28); use AggregateRecords.";
            definition = null;
        }
        else
        {
            (values, previous) = await ComputeAsync(calculator, definition, period, [], cancellationToken);
            if (values.At(null) is null)
            {
                (row.ReasonZh, row.ReasonEn) = ("没有可计算的记录,或分母为零。", "There are no records to compute it from, or the divisor is zero.");
            }
        }

        row.City = Cell(book, target, definition, values, previous, period, null, target.Division, "全市");
        var isByPlace = definition is not null && calculator.IsByUnit(definition);
        if (isByPlace)
        {
            row.Units.Add(places.Units.Select(unit => Cell(book, target, definition, values, previous, period, unit.Id, unit.Id, unit.Name)));
        }
        else
        {
            // What units report is shown though it cannot be computed.
            row.Units.Add(
                from unit in places.Units
                where book.Observations.Contains((target.IndicatorId, unit.Id))
                select Cell(book, target, definition, null, null, period, unit.Id, unit.Id, unit.Name));
        }

        var zones = places.Zones.FindAll(zone => book.Shares[target.IndicatorId].Any(share => share.PlaceId == zone.Id));
        if (zones.Count > 0)
        {
            var (there, before) = isByPlace
                ? await ComputeAsync(calculator, definition!, period, zones.ConvertAll(zone => zone.Id), cancellationToken)
                : (null, null);
            row.Zones.Add(zones.Select(zone => Cell(book, target, definition, there, before, period, zone.Id, zone.Id, zone.Name)));
        }

        Scoring.Rank(target, row.Units);
        Scoring.Rank(target, row.Zones);
        return row;
    }

    private static async Task<(IndicatorValues Values, IndicatorValues? Previous)> ComputeAsync(
        IndicatorCalculator calculator, IndicatorDefinition definition, IndicatorPeriod period, IReadOnlyList<string> zones, CancellationToken cancellationToken) =>
        (await calculator.ComputeAsync(definition, period, zones, cancellationToken),
        HasPrevious(definition) ? await calculator.ComputeAsync(definition, period.Previous, zones, cancellationToken) : null);

    // A definition that says nothing of the period would give the same value for the year before.
    private static bool HasPrevious(IndicatorDefinition definition) =>
        IndicatorValues.Used(definition).All(term => term.Filter.Contains('@', StringComparison.Ordinal) && term.Measure != TermMeasure.Latest) ||
        IndicatorValues.Used(definition).All(term => term.Filter.Contains("@start", StringComparison.Ordinal));

    private static ScoreCell Cell(
        IndicatorBook book,
        IndicatorTarget target,
        IndicatorDefinition? definition,
        IndicatorValues? values,
        IndicatorValues? previous,
        IndicatorPeriod period,
        string? unit,
        string reporter,
        string name)
    {
        var computed = values?.At(unit);
        var before = previous?.At(unit);
        var reported = ReportedValue.Latest(book.Observations[(target.IndicatorId, reporter)], period);
        var figure = reported is null ? null : DecimalText.Read(reported.Observation.Value);
        var value = computed ?? figure;
        var share = unit is null ? null : book.Shares[target.IndicatorId].FirstOrDefault(part => part.PlaceId == unit);
        var wanted = unit is null ? Scoring.TargetOf(target) : DecimalText.Read(share?.TargetValue ?? "");
        var due = Scoring.DueOf(target, wanted, DeadlineOf(share?.DeadlineOn, target.DeadlineOn), period);
        var cell = new ScoreCell
        {
            PlaceId = unit ?? "",
            PlaceName = name,
            Computed = DecimalText.Of(computed),
            Reported = DecimalText.Of(figure),
            ReportedSource = reported?.Observation.Source ?? "",
            ReportedRevision = reported?.Revision ?? "",
            ReportedRevisionNo = reported?.Observation.RevisionNo ?? 0,
            Differs = reported?.EndsOn == period.End && computed is not null && figure is not null &&
                Math.Round(figure.Value, definition?.Decimals ?? 0, MidpointRounding.AwayFromZero) != computed,
            Value = DecimalText.Of(value),
            Origin = computed is not null ? ValueOrigin.Computed : figure is not null ? ValueOrigin.Reported : ValueOrigin.Unspecified,
            Target = DecimalText.Of(wanted),
            Due = DecimalText.Of(due),
            Percent = value is { } reached && wanted > 0 ? DecimalText.Of(Math.Round(reached * 100 / wanted.Value, 1, MidpointRounding.AwayFromZero)) : "",
            Light = Scoring.LightOf(target, value, wanted, due, before),
            Previous = DecimalText.Of(before),
            Trend = value is null || before is null ? Trend.Unspecified : value > before ? Trend.Up : value < before ? Trend.Down : Trend.Flat,
        };
        if (values is not null)
        {
            cell.Terms.Add(definition!.Terms.Select(term => new TermValue { Term = term.Id, Value = DecimalText.Of(values.TermAt(term, unit)) }));
        }

        return cell;
    }

    private static DateOnly? DeadlineOf(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }
        }

        return null;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
