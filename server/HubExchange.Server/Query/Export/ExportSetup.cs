using Microsoft.Extensions.Options;

namespace HubExchange.Server.Query.Export;

internal static class ExportSetup
{
    /// <summary>Exports of records as files.</summary>
    public static IServiceCollection AddExports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ExportOptions>().Bind(configuration.GetSection(ExportOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ExportOptions>, ExportOptionsValidator>();
        services.AddSingleton<ExportSlots>();
        services.AddSingleton<RecordExporter>();
        return services;
    }
}
