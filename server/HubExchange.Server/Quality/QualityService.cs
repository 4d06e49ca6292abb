using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quality;

internal sealed class QualityService(QualityStore store, IOptions<QualityOptions> options, TimeProvider time) : V1.QualityService.QualityServiceBase
{
    private const int DefaultTrendDays = 30;
    private const int MaxTrendDays = 400;

    public override async Task<ListQualityResponse> ListQuality(ListQualityRequest request, ServerCallContext context)
    {
        var (day, since) = await DaysAsync(request.Day, request.Since, context.CancellationToken);
        if (day is not { } there)
        {
            return new ListQualityResponse();
        }

        var source = context.GetCaller().Node;
        var before = (await BeforeAsync(since, source, context.CancellationToken)).ToDictionary(row => row.Source);
        return new ListQualityResponse
        {
            Day = QualityMessages.Text(there),
            Since = QualityMessages.Text(since),
            Ranked = await store.CountRankedAsync(there, context.CancellationToken),
            Sources =
            {
                (await store.ListAsync(there, source, context.CancellationToken))
                    .Select(row => QualityMessages.Of(row, before.GetValueOrDefault(row.Source))),
            },
        };
    }

    public override async Task<GetQualityResponse> GetQuality(GetQualityRequest request, ServerCallContext context)
    {
        if (request.TrendDays < 0)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("trend_days", "不能为负数", "is negative"));
        }

        var (day, since) = await DaysAsync(request.Day, request.Since, context.CancellationToken);
        var source = context.GetCaller().VisibleSource(request.Source);
        if (day is not { } there || string.IsNullOrEmpty(source) ||
            await store.ListAsync(there, source, context.CancellationToken) is not [var row])
        {
            throw HubErrors.Of(ErrorReason.QualityNotFound, ("source", request.Source));
        }

        var before = await BeforeAsync(since, source, context.CancellationToken);
        var trendDays = request.TrendDays == 0 ? DefaultTrendDays : Math.Min(request.TrendDays, MaxTrendDays);
        return new GetQualityResponse
        {
            Day = QualityMessages.Text(there),
            Since = QualityMessages.Text(since),
            Ranked = await store.CountRankedAsync(there, context.CancellationToken),
            Quality = QualityMessages.Of(row, before.FirstOrDefault()),
            Measures = { QualityMessages.Of(await store.ListMeasuresAsync(source, there, context.CancellationToken)) },
            Trend = { (await store.ListTrendAsync(source, there.AddDays(-trendDays), there, context.CancellationToken)).Select(QualityMessages.Of) },
        };
    }

    private async Task<(DateOnly? Day, DateOnly? Since)> DaysAsync(string day, string since, CancellationToken cancellationToken)
    {
        // Both are read before anything is looked up: all problems of a request come before what it finds.
        var (asked, askedSince) = (DayOf("day", day), DayOf("since", since));
        if (await store.FindDayAsync(asked ?? ChinaTime.Today(time), cancellationToken) is not { } there)
        {
            return (null, null);
        }

        return (there, await store.FindDayAsync(askedSince ?? there.AddDays(-options.Value.PeriodDays), cancellationToken));
    }

    private async Task<List<ScoreRow>> BeforeAsync(DateOnly? since, string source, CancellationToken cancellationToken) =>
        since is { } day ? await store.ListAsync(day, source, cancellationToken) : [];

    private static DateOnly? DayOf(string field, string text) => text.Length == 0 ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year > 1900 ? day
        : throw HubErrors.InvalidRequest(new FieldProblem(field, "日期应写作 YYYY-MM-DD", "a date is YYYY-MM-DD"));
}
