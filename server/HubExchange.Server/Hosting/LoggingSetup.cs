namespace HubExchange.Server.Hosting;

internal static class LoggingSetup
{
    /// <summary>One JSON object a line, as journald and log collectors like it; <c>Logging:Console:FormatterName=simple</c> for people.</summary>
    public static void AddHubLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddHubConsole(builder.Configuration);
    }

    public static void AddHubConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Grpc.AspNetCore", LogLevel.Warning);
        var formatter = configuration["Logging:Console:FormatterName"] ?? "json";
        if (formatter == "json")
        {
            logging.AddJsonConsole(options => options.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(options => options.SingleLine = true);
        }
    }
}
