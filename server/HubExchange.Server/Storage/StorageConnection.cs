using System.Data.Common;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>The settings of the hub's connections. What the operator's connection string says wins.</summary>
internal static class StorageConnection
{
    private const int MaxPoolSize = 20;
    private const int MaxAutoPrepare = 100;

    /// <summary>Adds the hub's settings to a connection string.</summary>
    public static string Complete(string connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys
            .Cast<string>()
            .Select(key => key.Replace(" ", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var builder = new NpgsqlConnectionStringBuilder(connectionString);

        Unless(() => builder.MaxPoolSize = MaxPoolSize, "MaxPoolSize", "MaximumPoolSize");
        Unless(() => builder.MaxAutoPrepare = MaxAutoPrepare, "MaxAutoPrepare");
        // Session state is only ever set locally to a transaction, so there is nothing to reset.
        Unless(() => builder.NoResetOnClose = true, "NoResetOnClose");
        Unless(() => builder.GssEncryptionMode = GssEncryptionMode.Disable, "GssEncryptionMode", "GSSEncMode");
        Unless(() => builder.Enlist = false, "Enlist");
        Unless(() => builder.ApplicationName = "hubexchange", "ApplicationName");
        Unless(() => builder.Timezone = "UTC", "Timezone");
        return builder.ConnectionString;

        void Unless(Action set, params ReadOnlySpan<string> keywords)
        {
            foreach (var keyword in keywords)
            {
                if (given.Contains(keyword))
                {
                    return;
                }
            }

            set();
        }
    }
}
