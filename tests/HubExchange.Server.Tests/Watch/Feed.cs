using HubExchange.Server.Storage;
using HubExchange.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Watch;

/// <summary>The feed as the database holds it.</summary>
internal static class Feed
{
    /// <summary>Position of the last entry.</summary>
    public static Task<long> LastAsync(TestHub hub) => ScalarAsync(hub, "select position from hub.feed");

    /// <summary>A number the database answers with.</summary>
    public static async Task<long> ScalarAsync(TestHub hub, string sql)
    {
        await using var command = hub.Services.GetRequiredService<HubStorage>().DataSource.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
