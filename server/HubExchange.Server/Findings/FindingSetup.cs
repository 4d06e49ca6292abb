using HubExchange.Server.Calendars;

namespace HubExchange.Server.Findings;

internal static class FindingSetup
{
    /// <summary>Findings of checks and people, and the working days their terms are counted by.</summary>
    public static IServiceCollection AddFindings(this IServiceCollection services)
    {
        services.AddSingleton<CalendarReader>();
        services.AddSingleton<EvidenceReader>();
        services.AddSingleton<FindingStore>();
        services.AddSingleton<FindingCorrections>();
        services.AddSingleton<FindingDesk>();
        services.AddSingleton<FindingRecorder>();
        return services;
    }
}
