using Grpc.Core;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Query.Aggregation;

/// <summary>What aggregates promise beside their numbers: who may see what, what is refused and why, and that answers are final.</summary>
public sealed class AggregateTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Organizations = "enterprise.organization";

    [Theory]
    [InlineData("nothing", "groups[0]")]
    [InlineData("address", "groups[0]")]
    [InlineData("zone_ids", "groups[0]")]
    [InlineData("year(name)", "groups[0]")]
    [InlineData("week(established_on)", "groups[0]")]
    [InlineData("@division(7)", "groups[0]")]
    [InlineData("@nowhere", "groups[0]")]
    [InlineData("legal_representative_name", "groups[0]")]
    [InlineData("name\"; drop table x; --", "groups[0]")]
    public async Task WrongGroup_IsNamed(string group, string field)
    {
        var error = await RefusalAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { group } });

        Assert.Equal((ErrorReason.RequestInvalid, field), (error.Reason, Assert.Single(error.FieldViolations).Field));
    }

    [Fact]
    public async Task EveryProblem_IsToldAtOnce()
    {
        var error = await RefusalAsync(new AggregateRecordsRequest
        {
            Type = Organizations,
            Groups = { "org_kind", "org_kind", "nothing" },
            Measures =
            {
                new Measure { Function = MeasureFunction.Sum, Field = "name" },
                new Measure { Function = MeasureFunction.Count, Field = "name" },
                new Measure { Id = "1x", Function = MeasureFunction.Count },
                new Measure { Function = (MeasureFunction)77, Field = "staff_total" },
                new Measure { Function = MeasureFunction.Distinct, Field = "zone_ids" },
            },
            OrderBy = "what desc",
        });

        Assert.Equal(
            ["groups[1]", "groups[2]", "measures[0]", "measures[1]", "measures[2].id", "measures[3]", "measures[4]", "order_by"],
            error.FieldViolations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("count >", 8)]
    [InlineData("sum > 1", 1)]
    [InlineData("count : 1", 1)]
    [InlineData("count > many", 9)]
    public async Task WrongHaving_NamesThePosition(string having, int position)
    {
        var error = await RefusalAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { "org_kind" }, Having = having });

        Assert.Equal((ErrorReason.FilterInvalid, position.ToString(System.Globalization.CultureInfo.InvariantCulture)), (error.Reason, error.Metadata["position"]));
    }

    [Fact]
    public async Task UnknownTypeLayoutAndTokens_SaySo()
    {
        var bureau = await fixture.Hub.PersonAsync("bureau");

        Assert.Equal(ErrorReason.TypeUnknown, (await RefusalAsync(new AggregateRecordsRequest { Type = "no.type" })).Reason);
        Assert.Equal(
            ErrorReason.LayoutNotFound,
            (await RefusalAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { "@zone" }, Layout = "no-such" })).Reason);
        Assert.Equal(
            ErrorReason.PageTokenInvalid,
            (await RefusalAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { "org_kind" }, PageToken = "AAAA" })).Reason);
        foreach (var token in new[] { "", "!", "AAAA", "CgA" })
        {
            var error = await Assert.ThrowsAsync<HubException>(async () => await bureau.ListCellAsync(token).ToListAsync());
            Assert.Equal(ErrorReason.CellTokenInvalid, error.Reason);
        }
    }

    [Fact]
    public async Task RecordsBehindACell_AreThoseItCounted_WhateverComesAfter()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var node = await hub.NodeAsync(TestHub.Daye);
        var organizations = Enumerable.Range(0, 12).Select(_ => Make.Organization()).ToList();
        await node.PushAsync(TestHub.Daye, organizations);
        var bureau = await hub.PersonAsync("bureau");
        var request = new AggregateRecordsRequest { Type = Organizations, Groups = { "industry_code" }, PageSize = 1 };
        var response = await bureau.AggregateAsync(request);
        var cell = Assert.Single(response.Rows);

        // One changes group, one goes, one comes.
        organizations[0].IndustryCode = "7320";
        await node.PushAsync(TestHub.Daye, organizations[0], Make.Organization());
        await node.DeleteAsync<HubExchange.Enterprise.V1.Organization>(TestHub.Daye, organizations[1].Uscc);

        Assert.Equal("12", cell.Values[0].Value);
        var listed = await bureau.ListCellAsync(cell.Drill, pageSize: 5).ToListAsync();
        Assert.Equal(organizations.Select(organization => organization.Uscc).Order(StringComparer.Ordinal), listed.Select(record => record.Key));
        var again = await bureau.AggregateAsync(new AggregateRecordsRequest(request) { RecordedAsOf = response.RecordedAsOf });
        Assert.Equal(response.Rows, again.Rows);
        Assert.Equal(["11", "1"], (await bureau.AggregateRowsAsync(request).ToListAsync()).Select(row => row.Values[0].Value));
    }

    [Fact]
    public async Task WhileRecordsArrive_EveryListHasAsManyRecordsAsItsCellSays()
    {
        const int Pushes = 80;
        const int Records = 10;
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var bureau = await hub.PersonAsync("bureau");
        var writers = Task.WhenAll(new[] { TestHub.Daye, "ND-420222" }.Select(async node =>
        {
            var client = await hub.NodeAsync(node);
            for (var i = 0; i < Pushes; i++)
            {
                await client.PushAsync(node, Enumerable.Range(0, Records).Select(_ => Make.Organization()));
            }
        }));
        var last = 0;
        do
        {
            var response = await bureau.AggregateAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { "reporting_unit" } });
            var count = int.Parse(response.Total.Values[0].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(count, await bureau.ListCellAsync(response.Total.Drill, pageSize: 1000).CountAsync());
            Assert.InRange(count, last, int.MaxValue);
            last = count;
        }
        while (!writers.IsCompleted);
        await writers;

        var final = await bureau.AggregateAsync(new AggregateRecordsRequest { Type = Organizations });
        Assert.Equal("1600", final.Total.Values[0].Value);
    }

    [Fact]
    public async Task BatchThatIsHeldUp_MakesNoReaderWait()
    {
        var connection = await fixture.Cluster.CreateDatabaseAsync();
        await using var hub = await TestHub.StartAsync(connection);
        var node = await hub.NodeAsync(TestHub.Daye);
        var bureau = await hub.PersonAsync("bureau");
        await node.PushAsync(TestHub.Daye, Make.Organization());
        await using var source = NpgsqlDataSource.Create(connection);
        await using var holder = await source.OpenConnectionAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await ExecuteAsync(holder, "lock table enterprise.organization in share mode");
        var pushing = node.PushAsync(TestHub.Daye, Make.Organization());
        while (!(bool)(await ScalarAsync(source, "select exists (select from pg_locks where relation = 'enterprise.organization'::regclass and not granted)"))!)
        {
            Assert.False(pushing.IsCompleted);
        }

        // Neither counts that are kept nor others ask for what is not there yet, and what was acknowledged is in both.
        Assert.Equal("1", await CountAsync("reporting_unit"));
        Assert.Equal("1", await CountAsync("industry_code"));
        Assert.False(pushing.IsCompleted);

        await hold.RollbackAsync();
        await pushing;
        Assert.Equal("2", await CountAsync("reporting_unit"));
        Assert.Equal("2", await CountAsync("industry_code"));

        async Task<string> CountAsync(string group) =>
            (await bureau.AggregateAsync(new AggregateRecordsRequest { Type = Organizations, Groups = { group } })).Total.Values[0].Value;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    [Fact]
    public async Task RowsAndFields_AreCutAsInEveryRead()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var talent = (HubExchange.Talent.V1.Talent)RecordSamples.Full(CityEntityTypes.All.Of<HubExchange.Talent.V1.Talent>());
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, talent);
        var people = new AggregateRecordsRequest
        {
            Type = "talent.talent",
            Groups = { "degree" },
            Measures = { new Measure { Function = MeasureFunction.Distinct, Field = "person_pid" } },
        };
        var bureau = await hub.PersonAsync("bureau");
        var other = await hub.NodeAsync("ND-420222");

        // Persons may be counted, never told apart.
        Assert.Equal("1", Assert.Single((await bureau.AggregateAsync(people)).Rows).Values[0].Value);
        foreach (var group in new[] { "person_pid", "name", "birth_year" })
        {
            var error = await Assert.ThrowsAsync<HubException>(
                () => bureau.AggregateAsync(new AggregateRecordsRequest { Type = "talent.talent", Groups = { group } }));
            Assert.Equal(ErrorReason.RequestInvalid, error.Reason);
        }

        // Of a conditional type others see nothing, and a token of somebody else gives them no right.
        Assert.Empty((await other.AggregateAsync(people)).Rows);
        var drill = (await bureau.AggregateAsync(people)).Total.Drill;
        Assert.Single(await bureau.ListCellAsync(drill).ToListAsync());
        Assert.Empty(await other.ListCellAsync(drill).ToListAsync());

        // A hidden field cannot be measured.
        var hidden = await Assert.ThrowsAsync<HubException>(() => other.AggregateAsync(new AggregateRecordsRequest
        {
            Type = Organizations,
            Measures = { new Measure { Function = MeasureFunction.Distinct, Field = "contact_mobile" } },
        }));
        Assert.Equal((ErrorReason.FieldNotReadable, StatusCode.PermissionDenied), (hidden.Reason, hidden.StatusCode));
    }

    private async Task<HubException> RefusalAsync(AggregateRecordsRequest request)
    {
        var bureau = await fixture.Hub.PersonAsync("bureau");
        return await Assert.ThrowsAsync<HubException>(() => bureau.AggregateAsync(request));
    }
}
