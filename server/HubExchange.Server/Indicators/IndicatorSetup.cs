namespace HubExchange.Server.Indicators;

internal static class IndicatorSetup
{
    /// <summary>Indicators: scorecard, the records behind it, definitions.</summary>
    public static IServiceCollection AddIndicators(this IServiceCollection services)
    {
        services.AddSingleton<ScorecardReader>();
        services.AddSingleton<IndicatorRecordReader>();
        services.AddSingleton<IndicatorCheck>();
        return services;
    }
}
