using HubExchange.Contracts.Entities;
using HubExchange.Server.Storage;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubExchange.Server.Tests.Storage;

/// <summary>The hub creates and adds what the contracts need, and leaves everything else to people.</summary>
public sealed class SchemaTests(SharedCluster cluster)
{
    [Fact]
    public async Task EmptyDatabase_GetsEverything()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync(isEmpty: true);
        await using var hub = await TestHub.StartAsync(connection);
        var admin = await hub.AdminAsync();

        var diff = await admin.GetSchemaDiffAsync();

        Assert.Empty(diff.Statements);
        Assert.Empty(diff.Mistakes);
        foreach (var table in CityEntityTypes.All.All.Select(type => new EntityTable(type)))
        {
            Assert.Equal(0L, await ScalarAsync(connection, $"select count(*) from {table.Table}"));
            Assert.Equal(0L, await ScalarAsync(connection, $"select count(*) from {table.VersionTable}"));
        }

        Assert.Equal(
            CityEntityTypes.All.Find("enterprise.organization")!.Label,
            await ScalarAsync(connection, "select obj_description('enterprise.organization'::regclass, 'pg_class')"));
    }

    [Fact]
    public async Task DroppedColumn_IsShownAndAddedByTheNextStart()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();
        await using (var hub = await TestHub.StartAsync(connection))
        {
            var admin = await hub.AdminAsync();
            Assert.Empty((await admin.GetSchemaDiffAsync()).Statements);
            await ExecuteAsync(connection, "alter table enterprise.organization drop column staff_total");

            var diff = await admin.GetSchemaDiffAsync();

            Assert.Empty(diff.Mistakes);
            Assert.Contains("""alter table "enterprise"."organization" add column "staff_total" integer""", diff.Statements);
            Assert.All(diff.Statements, statement => Assert.Contains("staff_total", statement, StringComparison.Ordinal));
        }

        await using var storage = await OpenAsync(connection);
        Assert.Empty((await storage.DiffAsync(CancellationToken.None)).Statements);
    }

    [Fact]
    public async Task IndexesThatWereReplaced_AreDroppedAndThoseOfOthersKept()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();
        await ExecuteAsync(
            connection,
            """
            create index organization_field11 on enterprise.organization (industry_code) where hub_consolidated;
            create index organization_industry_of_bi on enterprise.organization (industry_code) where hub_consolidated;
            delete from hub.migration where scriptname like '%0010_page_indexes.sql';
            """);

        await using var storage = await OpenAsync(connection);

        Assert.Equal(
            "organization_by_field11 organization_industry_of_bi",
            await ScalarAsync(
                connection,
                """
                select string_agg(indexname, ' ' order by indexname) from pg_indexes
                where tablename = 'organization' and indexdef like '%(industry_code%'
                """));
    }

    [Fact]
    public async Task DroppedIndexAndTable_AreMadeAgain()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();
        await ExecuteAsync(connection, "drop index enterprise.organization_consolidated; drop table region.zone; drop table region.zone_version");

        await using var storage = await OpenAsync(connection);

        Assert.Empty((await storage.DiffAsync(CancellationToken.None)).Statements);
        Assert.Equal(0L, await ScalarAsync(connection, "select count(*) from region.zone"));
    }

    [Fact]
    public async Task ColumnOfAnOlderContract_StaysWithItsData()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();
        await ExecuteAsync(connection, "alter table region.zone add column dropped_by_contract text");

        await using var storage = await OpenAsync(connection);

        var diff = await storage.DiffAsync(CancellationToken.None);
        Assert.Empty(diff.Statements);
        Assert.Empty(diff.Mistakes);
    }

    [Fact]
    public async Task Contradictions_AreAllListedAndNothingIsChanged()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();
        await ExecuteAsync(
            connection,
            """
            alter table enterprise.organization alter column staff_total type text;
            alter table enterprise.organization alter column hub_hash drop not null;
            alter table enterprise.organization alter column name set not null;
            alter table region.zone drop column hub_deleted;
            alter table region.zone add column surprise text not null;
            alter table region.division drop constraint division_pk;
            drop index talent.talent_consolidated;
            create index talent_consolidated on talent.talent (hub_source);
            drop table technology.award;
            create view technology.award as select 1 as nothing;
            alter table mechanism.loan drop column hub_recorded_at;
            alter table platform.rd_institution drop column country
            """);

        var refused = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(connection));

        string[] mistakes =
        [
            """
            "enterprise"."organization".staff_total:类型应为 integer,实际为 text。 Should be integer but is text.
            """,
            """
            "enterprise"."organization".hub_hash:不应允许为空。 Should be not null.
            """,
            """
            "enterprise"."organization".name:应允许为空。 Should take nulls.
            """,
            """
            "region"."zone".hub_deleted:缺少枢纽自身的列。
            """,
            """
            "region"."zone".surprise:契约中没有此列
            """,
            """
            "region"."division":主键应为 (hub_key, hub_source),实际为 ()。
            """,
            "索引 talent.talent_consolidated 与契约不符",
            """
            "technology"."award":已存在,但不是表。
            """,
            """
            "mechanism"."loan".hub_recorded_at:缺少枢纽自身的列。
            """,
        ];
        Assert.All(mistakes, mistake => Assert.Contains(mistake, refused.Message, StringComparison.Ordinal));
        Assert.Contains($"数据库与契约有 {mistakes.Length} 处不一致", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"contradicts the contracts in {mistakes.Length} place(s)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            0L,
            await ScalarAsync(
                connection, "select count(*) from information_schema.columns where table_schema = 'platform' and column_name = 'country' and table_name = 'rd_institution'"));
    }

    [Fact]
    public async Task TwoHubsStartingTogether_BothComeUp()
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync(isEmpty: true);

        var hubs = await Task.WhenAll(TestHub.StartAsync(connection), TestHub.StartAsync(connection));

        foreach (var hub in hubs)
        {
            using (var caller = new RawCaller(hub))
            {
                Assert.Equal("Healthy", await caller.Http.GetStringAsync("/readyz"));
            }

            var diff = await hub.Services.GetRequiredService<HubStorage>().DiffAsync(CancellationToken.None);
            Assert.Empty(diff.Statements);
            Assert.Empty(diff.Mistakes);
        }

        Assert.Equal(1L, await ScalarAsync(connection, "select count(*) from hub.token where role = 'admin'"));
        await hubs[0].DisposeAsync();
        await hubs[1].DisposeAsync();
    }

    private static Task<HubStorage> OpenAsync(string connection) => HubStorage.OpenAsync(
        new ConfigurationBuilder().AddInMemoryCollection([new("Storage:ConnectionString", connection)]).Build(),
        CityEntityTypes.All,
        NullLoggerFactory.Instance,
        CancellationToken.None);

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
