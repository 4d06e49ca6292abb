using HubExchange.Client;
using HubExchange.Enterprise.V1;
using Loan = HubExchange.Mechanism.V1.Loan;
using HubExchange.Contracts.Entities;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Query;

/// <summary>Get and List: filters, pages, and what whom is shown.</summary>
public sealed class QueryTests(QueryTests.Data data) : IClassFixture<QueryTests.Data>
{
    private const string Type = "enterprise.organization";

    /// <summary>A hub with five organisations.</summary>
    public sealed class Data(SharedCluster cluster) : IAsyncLifetime
    {
        public TestHub Hub { get; private set; } = null!;

        public List<Organization> Organizations { get; } = [];

        public async ValueTask InitializeAsync()
        {
            Hub = await TestHub.StartAsync(cluster.Cluster);
            foreach (var (name, industry, staff, unit) in new[]
            {
                ("大冶铜业", "3211", 900, "420281"), ("大冶电子", "3982", 50, "420281"), ("磁湖科技", "7320", 12, "420202"),
                ("阳新食品_100%", "1512", 0, "420222"), ("劲牌样例", "1512", 3000, "420281"),
            })
            {
                var organization = Make.Organization(name: name);
                organization.IndustryCode = industry;
                organization.StaffTotal = staff;
                organization.ReportingUnit = unit;
                organization.ContactMobile = "13800000000";
                organization.RegisteredCapitalFen = 100;
                organization.EstablishedOn = staff > 100 ? "2001-01-01" : "2019-05-05";
                organization.ZoneIds.Add(staff > 100 ? "420281-Z001" : "420205-Z002");
                if (staff == 12)
                {
                    organization.ClearStaffTotal();
                    organization.OrgKind = OrganizationKind.PublicInstitution;
                }

                Organizations.Add(organization);
            }

            await (await Hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, Organizations);
        }

        public ValueTask DisposeAsync() => Hub.DisposeAsync();
    }

    [Theory]
    [InlineData("", "大冶铜业 大冶电子 磁湖科技 阳新食品_100% 劲牌样例")]
    [InlineData("name = \"大冶铜业\"", "大冶铜业")]
    [InlineData("name = '大冶铜业'", "大冶铜业")]
    [InlineData("name = \"大冶*\"", "大冶铜业 大冶电子")]
    [InlineData("name:\"电子\"", "大冶电子")]
    [InlineData("name:\"_100%\"", "阳新食品_100%")]
    [InlineData("name:\"%\"", "阳新食品_100%")]
    [InlineData("name != \"大冶铜业\"", "大冶电子 磁湖科技 阳新食品_100% 劲牌样例")]
    [InlineData("staff_total > 50", "大冶铜业 劲牌样例")]
    [InlineData("staff_total >= 50 AND staff_total <= 900", "大冶铜业 大冶电子")]
    [InlineData("staff_total = 0", "阳新食品_100%")]
    [InlineData("staff_total != 0", "大冶铜业 大冶电子 磁湖科技 劲牌样例")]
    [InlineData("NOT staff_total > 50", "大冶电子 磁湖科技 阳新食品_100%")]
    [InlineData("org_kind = PUBLIC_INSTITUTION", "磁湖科技")]
    [InlineData("org_kind = \"事业单位\"", "磁湖科技")]
    [InlineData("org_kind != ENTERPRISE", "磁湖科技")]
    [InlineData("established_on < \"2010-01-01\"", "大冶铜业 劲牌样例")]
    [InlineData("zone_ids:\"420281-z001\"", "大冶铜业 劲牌样例")]
    [InlineData("reporting_unit = \"420281\" AND industry_code = \"1512\" OR industry_code = \"3211\"", "大冶铜业 劲牌样例")]
    [InlineData("(reporting_unit = \"420281\" AND industry_code = \"1512\") OR industry_code = \"7320\"", "磁湖科技 劲牌样例")]
    [InlineData("reporting_unit=\"420281\" staff_total<100", "大冶电子")]
    [InlineData("NOT (reporting_unit = \"420281\" OR staff_total = 0)", "磁湖科技")]
    [InlineData("name = \"' or 1=1 --\"", "")]
    [InlineData("name = \"a\\\"b\"", "")]
    [InlineData("-name = \"大冶铜业\" -(staff_total > 50)", "大冶电子 磁湖科技 阳新食品_100%")]
    [InlineData("staff_total:* NOT staff_total IN (0, 900)", "大冶电子 劲牌样例")]
    [InlineData("contains(name, \"科技\") OR prefix(name, '劲')", "磁湖科技 劲牌样例")]
    [InlineData("year(established_on) = 2019 month(established_on) = 5", "大冶电子 磁湖科技 阳新食品_100%")]
    [InlineData("add_years(established_on, 10) < date(\"2011-01-02\")", "大冶铜业 劲牌样例")]
    [InlineData("add_days(established_on, 1) < today() AND effective_from <= today()", "大冶铜业 大冶电子 磁湖科技 阳新食品_100% 劲牌样例")]
    [InlineData("registered_division = operating_division", "")]
    [InlineData("reporting_unit = operating_division", "大冶铜业 大冶电子 劲牌样例")]
    [InlineData("source = \"ND-420281\" zone_ids IN (\"420281-Z001\")", "大冶铜业 劲牌样例")]
    [InlineData("recorded_at < \"2021-01-01\" OR disputed:* OR key = \"x\"", "")]
    [InlineData("reporting_unit.name:* ", "")]
    public async Task Filter_Selects(string filter, string expected)
    {
        var client = await data.Hub.PersonAsync("bureau");

        var found = await client.ListAsync<Organization>(filter).Select(record => record.Value.Name).ToListAsync();

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), found.Order());
    }

    [Theory]
    [InlineData("nam = \"x\"", 1)]
    [InlineData("name =", 7)]
    [InlineData("name \"x\"", 6)]
    [InlineData("name = \"x", 8)]
    [InlineData("(name = \"x\"", 1)]
    [InlineData("name = \"x\")", 11)]
    [InlineData("name = \"x\" AND", 15)]
    [InlineData("staff_total > many", 15)]
    [InlineData("established_on > \"2021-02-30\"", 18)]
    [InlineData("org_kind = NOBODY", 12)]
    [InlineData("org_kind > ENTERPRISE", 1)]
    [InlineData("zone_ids = \"420281-Z001\"", 1)]
    [InlineData("staff_total:5", 1)]
    [InlineData("name ! \"x\"", 6)]
    [InlineData("address = \"x\"", 1)]
    [InlineData("name = \"\0\"", 9)]
    [InlineData("name = @start", 8)]
    [InlineData("yearly(name) = 1", 1)]
    [InlineData("year(name) = 1", 6)]
    [InlineData("year(established_on, 1) = 1", 1)]
    [InlineData("add_years(established_on, 101) = today()", 27)]
    [InlineData("established_on > name", 18)]
    [InlineData("recorded_at > today()", 15)]
    [InlineData("reporting_unit.nam = \"x\"", 16)]
    [InlineData("reporting_unit.divisions.name = \"x\"", 26)]
    [InlineData("name.x = 1", 6)]
    [InlineData("organization.name = \"x\"", 1)]
    [InlineData("name IN ()", 10)]
    [InlineData("name IN \"x\"", 9)]
    [InlineData("contains(staff_total, \"x\")", 10)]
    [InlineData("\"x\" = name", 1)]
    [InlineData("year(established_on):2021", 1)]
    [InlineData("name:(", 6)]
    public async Task WrongFilter_NamesThePosition(string filter, int position)
    {
        var client = await data.Hub.PersonAsync("bureau");

        var error = await Assert.ThrowsAsync<HubException>(async () => await client.ListAsync<Organization>(filter).ToListAsync());

        Assert.Equal(ErrorReason.FilterInvalid, error.Reason);
        Assert.Equal(position, int.Parse(error.Metadata["position"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEmpty(error.Metadata["problem_zh"]);
    }

    [Theory]
    [InlineData("name = \"x\" and staff_total > 1", "AND")]
    [InlineData("name = \"x\" or staff_total > 1", "OR")]
    [InlineData("Not name = \"x\"", "NOT")]
    public async Task JointWrittenSmall_IsToldHowToBeWritten(string filter, string joint)
    {
        var client = await data.Hub.PersonAsync("bureau");

        var error = await Assert.ThrowsAsync<HubException>(async () => await client.ListAsync<Organization>(filter).ToListAsync());

        Assert.Equal(ErrorReason.FilterInvalid, error.Reason);
        Assert.EndsWith($"连接条件请用大写 {joint}", error.Metadata["problem_zh"]);
        Assert.EndsWith($"to join conditions write {joint}", error.Metadata["problem"]);
    }

    [Theory]
    [InlineData(70, "NOT ", "")]
    [InlineData(20, "(", ")")]
    [InlineData(70, "name = \"x\" AND ", "")]
    [InlineData(1, "", "                ")]
    public async Task FilterBeyondTheLimits_IsRefusedOrRead_NeverAFailure(int times, string before, string after)
    {
        var client = await data.Hub.PersonAsync("bureau");
        var filter = string.Concat(Enumerable.Repeat(before, times)) + "name = \"x\"" + string.Concat(Enumerable.Repeat(after, times));

        var error = await Xunit.Record.ExceptionAsync(async () => await client.ListAsync<Organization>(filter).ToListAsync());

        Assert.True(error is null or HubException { Reason: ErrorReason.FilterInvalid }, error?.ToString());
    }

    [Fact]
    public async Task Pages_CoverTheListOnceInKeyOrder()
    {
        var client = await data.Hub.PersonAsync("bureau");

        var keys = await client.ListAsync<Organization>(pageSize: 2).Select(record => record.Key).ToListAsync();

        Assert.Equal(data.Organizations.Select(organization => organization.Uscc).Order(StringComparer.Ordinal), keys);
    }

    [Theory]
    [InlineData("staff_total desc", "劲牌样例 大冶铜业 大冶电子 阳新食品_100% 磁湖科技")]
    [InlineData("staff_total", "阳新食品_100% 大冶电子 大冶铜业 劲牌样例 磁湖科技")]
    [InlineData("established_on desc,  name asc", "大冶电子 磁湖科技 阳新食品_100% 劲牌样例 大冶铜业")]
    public async Task Order_IsKeptOverPages_AbsentValuesLast(string orderBy, string expected)
    {
        var client = await data.Hub.PersonAsync("bureau");

        var found = await client.ListAsync<Organization>(new RecordQuery { OrderBy = orderBy, PageSize = 2 }).Select(record => record.Value.Name).ToListAsync();

        Assert.Equal(expected.Split(' '), found);
    }

    [Theory]
    [InlineData("nam", "1")]
    [InlineData("name, address", "7")]
    [InlineData("name up", "1")]
    [InlineData("name, zone_ids desc", "7")]
    [InlineData("name, reporting_unit.name", "22")]
    [InlineData("name,,name", "6")]
    public async Task WrongOrder_NamesThePosition(string orderBy, string position)
    {
        var client = await data.Hub.PersonAsync("bureau");

        var error = await Assert.ThrowsAsync<HubException>(async () => await client.ListAsync<Organization>(new RecordQuery { OrderBy = orderBy }).ToListAsync());

        Assert.Equal(ErrorReason.RequestInvalid, error.Reason);
        Assert.Contains($"第 {position} 个字符", error.Metadata["problem_zh"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mask_LeavesTheNamedFieldsOnly()
    {
        var key = data.Organizations[0].Uscc;
        var other = await data.Hub.NodeAsync("ND-420222");

        var one = await other.GetAsync<Organization>(key, new RecordView { Fields = ["name", "contact_mobile"] });
        var all = await other.ListAsync<Organization>(new RecordQuery { Fields = ["zone_ids"] }).ToListAsync();
        var error = await Assert.ThrowsAsync<HubException>(() => other.GetAsync<Organization>(key, new RecordView { Fields = ["name.x"] }));

        Assert.Equal((new Organization { Name = "大冶铜业" }, "contact_mobile"), (one.Value, Assert.Single(one.Envelope.CutFields)));
        Assert.All(all, record => Assert.Equal(new Organization { ZoneIds = { record.Value.ZoneIds } }, record.Value));
        Assert.All(all, record => Assert.Empty(record.Envelope.CutFields));
        Assert.Equal(ErrorReason.RequestInvalid, error.Reason);
    }

    [Fact]
    public async Task Rest_TakesOrderAndMask()
    {
        using var caller = Identity.RawCaller.WithIdentity(data.Hub, await data.Hub.IdentityOfAsync(TestHub.Daye));

        using var answer = System.Text.Json.JsonDocument.Parse(await caller.Http.GetStringAsync(
            "/v1/types/enterprise.organization/records?pageSize=1&orderBy=staff_total%20desc&readMask=name"));

        var payload = answer.RootElement.GetProperty("records")[0].GetProperty("payload");
        Assert.Equal("劲牌样例", payload.GetProperty("name").GetString());
        Assert.False(payload.TryGetProperty("uscc", out _));
    }

    [Fact]
    public async Task Wildcards_ShowEveryNode_ButNeverEveryType()
    {
        var client = await data.Hub.PersonAsync("bureau");

        var every = await client.ListAsync<Organization>(source: "-", pageSize: 2).ToListAsync();
        var type = await Assert.ThrowsAsync<HubException>(async () => await client.ListAsync("-").ToListAsync());
        var one = await Assert.ThrowsAsync<HubException>(() => client.GetAsync<Organization>(data.Organizations[0].Uscc, "-"));

        Assert.Equal(data.Organizations.Count, every.Count);
        Assert.Equal((ErrorReason.RequestInvalid, ErrorReason.RequestInvalid), (type.Reason, one.Reason));
    }

    [Fact]
    public async Task HiddenFields_GiveNeitherFilterNorOrder()
    {
        var other = await data.Hub.NodeAsync("ND-420222");

        foreach (var query in new[] { new RecordQuery { Filter = "uscc.contact_mobile:\"138\"" }, new RecordQuery { Filter = "amount_fen > 1" } })
        {
            var error = await Assert.ThrowsAsync<HubException>(async () => await other.ListAsync("enterprise.hte_certificate", query).ToListAsync());
            Assert.Contains(error.Reason, (ErrorReason[])[ErrorReason.FieldNotReadable, ErrorReason.FilterInvalid]);
        }
    }

    [Fact]
    public async Task UnknownTypeAndKey_AreToldApart()
    {
        var client = await data.Hub.PersonAsync("bureau");

        Assert.Equal(ErrorReason.TypeUnknown, (await Assert.ThrowsAsync<HubException>(() => client.GetAsync("no.type", "x"))).Reason);
        Assert.Equal(ErrorReason.RecordNotFound, (await Assert.ThrowsAsync<HubException>(() => client.GetAsync(Type, "x"))).Reason);
    }

    [Fact]
    public async Task PersonalFields_AreShownToTheirSourceAndTheBureau_NotToOthers()
    {
        var key = data.Organizations[0].Uscc;
        var own = await (await data.Hub.NodeAsync(TestHub.Daye)).GetAsync<Organization>(key);
        var bureau = await (await data.Hub.PersonAsync("bureau")).GetAsync<Organization>(key);
        var other = await (await data.Hub.NodeAsync("ND-420222")).GetAsync<Organization>(key);

        Assert.Equal("13800000000", own.Value.ContactMobile);
        Assert.Equal("13800000000", bureau.Value.ContactMobile);
        Assert.Equal(("", "大冶铜业"), (other.Value.ContactMobile, other.Value.Name));
        Assert.Equal(["contact_mobile"], other.Envelope.CutFields);
        Assert.Equal(own.Envelope.Hash, other.Envelope.Hash);
    }

    [Fact]
    public async Task ConditionalType_IsShownToItsSourceAndTheBureauOnly()
    {
        var type = CityEntityTypes.All.Of<Loan>();
        var loan = (Loan)RecordSamples.Full(type);
        await (await data.Hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, loan);

        Assert.Single(await (await data.Hub.NodeAsync(TestHub.Daye)).ListAsync<Loan>().ToListAsync());
        Assert.Single(await (await data.Hub.PersonAsync("bureau")).ListAsync<Loan>().ToListAsync());
        Assert.Single(await (await data.Hub.PersonAsync("county", TestHub.Daye)).ListAsync<Loan>().ToListAsync());
        Assert.Empty(await (await data.Hub.NodeAsync("ND-420222")).ListAsync<Loan>().ToListAsync());
        Assert.Empty(await (await data.Hub.NodeAsync("ND-420222")).ListAsync<Loan>(source: TestHub.Daye).ToListAsync());
        var hidden = await Assert.ThrowsAsync<HubException>(async () => await (await data.Hub.NodeAsync("ND-420222")).GetAsync<Loan>(loan.LoanId));
        Assert.Equal(ErrorReason.RecordNotFound, hidden.Reason);
    }
}
