using System.Globalization;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Findings;
using HubExchange.Server.Identity;
using HubExchange.Server.Indicators;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>
/// Holds reported values of indicators against those computed from records, for the city and each unit, for every year of the plan, newest
/// first. A step is a year: its scorecard is computed as a whole, and indicators are some hundred.
/// </summary>
internal sealed class TotalsJob(ScorecardReader scorecards, FindingRecorder recorder, HubIdentity identity) : IHubJob
{
    public const string Rule = "total.differs";

    public JobDefinition Definition { get; } = new(
        "totals",
        "申报数与计算数核对",
        "Declared against computed totals",
        "将各单位上报的指标数与枢纽按记录计算的数核对。",
        "Compares reported values of indicators with those computed from records, for each unit.",
        "0 30 3 * * ?");

    public async Task<JobStep> RunStepAsync(JobContext context, CancellationToken cancellationToken)
    {
        var asked = context.Cursor is { } cursor ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;

        // Findings show both values, and not to the bureau alone.
        var card = await scorecards.ReadAsync(new GetScorecardRequest { PlanYear = asked }, IndicatorCalculator.Anybody, cancellationToken);
        var years = await scorecards.ListYearsAsync(cancellationToken);
        int? next = years.Where(year => year < card.PlanYear).Select(year => (int?)year).Max();

        // Also what was found of years that are in no plan any more, which no step would look at.
        var after = next is { } earlier ? AnchorOf(earlier) : null;
        var until = asked == 0 ? null : AnchorOf(card.PlanYear);
        var issues =
            from row in card.Rows
            from cell in row.Units.Prepend(row.City)
            where cell.Differs
            select IssueOf(card.PlanYear, row, cell);
        var (raised, resolved) = await recorder.RecordAsync(
            [.. issues], new IssueScope([Rule], "mechanism.indicator_observation", after, until), Definition.Label, context.Transaction, cancellationToken);
        return new JobStep(next?.ToString(CultureInfo.InvariantCulture), card.Rows.Sum(row => row.Units.Count + 1), raised, resolved);
    }

    // Texts in the order of the years.
    private static string AnchorOf(int year) => year.ToString("D4", CultureInfo.InvariantCulture);

    private Issue IssueOf(int year, ScoreRow row, ScoreCell cell) => new(
        Rule,
        $"{row.Target.IndicatorId}|{cell.PlaceId}|{year}",
        AnchorOf(year),
        QualityDimension.Consistency,
        Severity.Warning,
        $"{cell.PlaceName}上报的“{row.Target.QuoteZh}”({year} 年)与按记录计算的数不一致,请核实上报数或补齐记录。",
        $"{row.Target.IndicatorId} of {(cell.PlaceId.Length == 0 ? "the city" : cell.PlaceId)}, {year}: the reported value is not the computed one; verify it or complete the records.",
        "mechanism.indicator_observation",
        row.Target.IndicatorId,
        "value",
        identity.Options.OperatorNode,
        identity.Options.OperatorNode,
        cell.Reported,
        cell.Computed,
        [new EvidenceRow(cell.ReportedSource, cell.Reported, Note: "上报 reported"), new EvidenceRow(EntityTable.HubSource, cell.Computed, Note: "计算 computed")]);
}
