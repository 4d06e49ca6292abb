using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>The settings of the hub's connections. What the operator's connection string says wins.</summary>
internal static class StorageConnection
{
    private const int MaxPoolSize = 20;
    private const int MaxAutoPrepare = 100;

    // A batch of records is far larger than the driver's usual 8 KiB, and so is a page of them, each of which is a call of the kernel.
    private const int WriteBufferSize = 64 * 1024;
    private const int ReadBufferSize = 64 * 1024;

    // A table that was empty when a plan was made would be read from end to end for every batch once it has millions of rows; batches
    // bring their keys, so a nested loop over the primary key is right at any size.
    // A batch is held as a whole while it is written, and should not go to disk before it goes to the table.
    private const string WriteSettings =
        "-c work_mem=32MB -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan -c client_min_messages=warning";

    // A plan that was made when tables were nearly empty joins them row by row, each time reading the other from end to end. Kept with a
    // prepared statement, it runs for minutes once they have some ten thousand rows. Planning anew costs milliseconds.
    private const string SurveySettings = "-c plan_cache_mode=force_custom_plan";

    /// <summary>The same connection for writing batches: look-ups only through indexes, and no transaction that stands still for ever.</summary>
    public static string ForWriting(string connectionString, TimeSpan idleTransactionTimeout) => With(
        connectionString,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{WriteSettings} -c idle_in_transaction_session_timeout={(long)idleTransactionTimeout.TotalMilliseconds}"));

    /// <summary>The same connection for reads over whole tables: every statement is planned by what the tables hold now.</summary>
    public static string ForSurveys(string connectionString) => With(connectionString, SurveySettings);

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
        Unless(() => builder.WriteBufferSize = WriteBufferSize, "WriteBufferSize");
        Unless(() => builder.ReadBufferSize = ReadBufferSize, "ReadBufferSize");

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

    private static string With(string connectionString, string settings)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} {settings}".Trim();
        return builder.ConnectionString;
    }
}
