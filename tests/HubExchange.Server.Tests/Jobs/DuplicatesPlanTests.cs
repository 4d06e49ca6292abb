using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Jobs.Checks;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>The search for duplicates looks names up: it does not read the table once for each step or each record.</summary>
public sealed class DuplicatesPlanTests(SharedCluster cluster)
{
    [Fact]
    public async Task NamesAreLookedUpInTheirIndex()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(database);
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, Make.Organization());
        var table = new EntityTable(CityEntityTypes.All.Of<Organization>());
        await using var connection = new NpgsqlConnection(database);
        var others = table.ColumnList("r.").Replace("r.hub_key", "'K' || lpad(n::text, 6, '0')", StringComparison.Ordinal)
            .Replace("r.\"name\"", "'name ' || n / 2", StringComparison.Ordinal);
        await connection.ExecuteAsync(
            $"insert into {table.Table} ({table.ColumnList()}) select {others} from {table.Table} r cross join generate_series(1, 20000) n");
        await connection.ExecuteAsync($"analyze {table.Table}");

        var sql = ConflictsJob.DuplicatesSql(table, table.Find("name")!);
        var range = new { after = "K000100", until = "K000200" };
        var plan = string.Join('\n', await connection.QueryAsync<string>($"explain {sql}", range));

        Assert.Contains("organization_by_field2", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.Equal(100, (await connection.QueryAsync(sql, range)).Count());
    }
}
