using DbUp;
using DbUp.Engine;

namespace HubExchange.Server.Storage;

/// <summary>Brings the hub's own tables to the newest version with the numbered files in <c>Storage/Migrations</c>.</summary>
internal static class Migrations
{
    private const string Folder = "Storage/Migrations/";

    /// <summary>Runs every migration that has not run yet, each in a transaction. The caller holds the lock and has made the schema.</summary>
    /// <returns>The files that ran.</returns>
    /// <exception cref="StorageException">A migration failed; those before it are kept.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        var engine = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Migrations).Assembly, name => name.StartsWith(Folder, StringComparison.Ordinal))
            .JournalToPostgresqlTable(EntityTable.HubSchema, "migration")
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();

        // The engine knows no asynchronous calls.
        DatabaseUpgradeResult result = await Task.Run(engine.PerformUpgrade, cancellationToken);
        return result.Successful
            ? [.. result.Scripts.Select(script => script.Name)]
            : throw new StorageException(
                $"数据库升级失败({result.ErrorScript?.Name}):{result.Error.Message}",
                $"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}",
                result.Error);
    }
}
