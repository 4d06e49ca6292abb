using System.Net;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Client;
using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Tests.Query.Export;

/// <summary>Files of records: what stands in them, for whom, as of when, and over REST.</summary>
public sealed class ExportTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Type = "enterprise.organization";

    // A definition of an indicator must make sense as a whole, which a sample of every field does not.
    public static TheoryData<string> EveryType =>
        [.. CityEntityTypes.All.All.Select(type => type.Id).Where(id => id != "mechanism.indicator_definition")];

    [Theory]
    [MemberData(nameof(EveryType))]
    public async Task CsvOfEveryType_IsReadBackByPush_AsTheSameRecord(string id)
    {
        var type = CityEntityTypes.All.Find(id)!;
        await using var hub = id == "hub.node" ? await TestHub.StartAsync(fixture.Cluster) : null;
        var (node, kind) = type.MayPush(NodeKind.Center) ? (TestHub.City, NodeKind.Center) : ("ND-EXPORT", type.Options.Authority[0]);
        node = kind == NodeKind.Center ? node : $"ND-EX{(int)kind}";
        var record = RecordSamples.Full(type);
        var source = await (hub ?? fixture.Hub).NodeAsync(node, kind);
        var pushed = await source.PushRecordsAsync(node, type, [new Change { Record = record.ToByteString() }]);
        Assert.Equal(0, pushed.Counts.Quarantined);
        var stored = type.Parse((await source.GetAsync(id, type.KeyOf(record), node)).Payload.Value);

        foreach (var heading in new[] { ExportHeading.Label, ExportHeading.Field })
        {
            var request = new ExportRecordsRequest { Type = id, Source = node, Filter = $"key = \"{type.KeyOf(record)}\"", Heading = heading };
            var path = Path.Combine(fixture.Hub.Folder, $"{id}-{Guid.NewGuid():N}.csv");
            await using (var file = File.Create(path))
            {
                await source.ExportAsync(request, file);
            }

            var row = Assert.Single(RecordFile.Open(path, type).ReadRows());
            Assert.Empty(row.Problems);
            Assert.Equal(stored, row.Record);
        }
    }

    [Fact]
    public async Task Csv_HasMarkAndChineseHeadings_AndEndsLinesAsTheStandardSays()
    {
        var (client, uscc) = await PushAsync(organization =>
        {
            organization.Name = "大冶,\"铜业\"\n一厂";
            organization.RegisteredCapitalFen = 123_456;
            organization.ContactMobile = "13800000000";
        });

        var bytes = await BytesAsync(client, Request(uscc, "name", "registered_capital_fen", "org_kind", "established_on", "contact_mobile"));

        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var name = CityEntityTypes.All.Find(Type)!.Find("contact_mobile")!.Label;
        Assert.Equal(
            $"名称,注册资本(分),机构类型,成立日期,{name}\r\n\"大冶,\"\"铜业\"\"\n一厂\",123456,企业,2015-06-01,13800000000\r\n",
            Encoding.UTF8.GetString(bytes.AsSpan(3)).Replace("\t", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+HYPERLINK(\"http://x\")")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\uFF1Dcmd|' /C calc'!A0")]
    [InlineData("\uFF0B1")]
    [InlineData("\uFF0D1")]
    [InlineData("\uFF20x")]
    [InlineData("\u200B=1")]
    [InlineData("'=1")]
    public async Task Formula_IsNeutralised_AndComesBackUnchanged(string name)
    {
        var (client, uscc) = await PushAsync(organization => organization.Name = name);
        var stored = (await client.GetAsync<Organization>(uscc)).Value.Name;

        var csv = Encoding.UTF8.GetString((await BytesAsync(client, Request(uscc, "uscc", "name"))).AsSpan(3));
        var cell = csv.Split("\r\n")[1][(csv.Split("\r\n")[1].IndexOf(',', StringComparison.Ordinal) + 1)..].Trim('"');
        Assert.DoesNotContain(cell.TrimStart()[0], "=+-@\uFF1D\uFF0B\uFF0D\uFF20\u200B");

        var path = Path.Combine(fixture.Hub.Folder, $"{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(path, csv);

        // Reading takes invisible characters away.
        Assert.Equal(stored.TrimStart('\u200B'), ((Organization)Assert.Single(RecordFile.Open(path, CityEntityTypes.All.Find(Type)!).ReadRows()).Record!).Name);

        var request = Request(uscc, "name");
        request.Format = ExportFormat.Xlsx;
        var book = new Workbook(new MemoryStream(await BytesAsync(client, request)));
        var text = book.Sheets[0].Rows[1]["A"];
        Assert.Equal(("inlineStr", stored), (text.Type, text.Text));
        Assert.True(stored[0] == '"' || book.Styles[text.Style].Attribute("quotePrefix")?.Value == "1");
    }

    [Fact]
    public async Task NumbersStayNumbers_AndLongDigitsStayTexts()
    {
        var (client, uscc) = await PushAsync(organization =>
        {
            organization.Name = "912345678901234567";
            organization.RegisteredCapitalFen = 1_234_567_890_123_456_789;
            organization.StaffTotal = 7;
        });

        var csv = Encoding.UTF8.GetString((await BytesAsync(client, Request(uscc, "name", "registered_capital_fen", "staff_total"))).AsSpan(3));
        Assert.Equal("\"\t912345678901234567\",1234567890123456789,7", csv.Split("\r\n")[1]);

        var request = Request(uscc, "name", "registered_capital_fen", "staff_total", "established_on");
        request.Format = ExportFormat.Xlsx;
        var row = new Workbook(new MemoryStream(await BytesAsync(client, request))).Sheets[0].Rows[1];
        Assert.Equal(("inlineStr", "912345678901234567"), (row["A"].Type, row["A"].Text));
        Assert.Equal(("inlineStr", "1234567890123456789"), (row["B"].Type, row["B"].Text));
        Assert.Equal(("n", "7"), (row["C"].Type, row["C"].Text));

        // 2015-06-01, counted from 1899-12-30.
        Assert.Equal(("n", "42156"), (row["D"].Type, row["D"].Text));
    }

    [Fact]
    public async Task ColumnsStandInTheOrderOfTheMask_AndTheEnvelopeBeforeThem()
    {
        var (client, uscc) = await PushAsync(_ => { });
        var request = Request(uscc, "name", "uscc");
        request.Heading = ExportHeading.Field;
        request.Envelope = true;

        var lines = Encoding.UTF8.GetString((await BytesAsync(client, request)).AsSpan(3)).Split("\r\n");

        Assert.Equal("hub_key,hub_source,hub_revision,hub_effective_from,hub_recorded_at,name,uscc", lines[0]);
        Assert.StartsWith($"{uscc},{TestHub.Daye},1,20", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($",样例企业,{uscc}", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsOf_ExportsWhatWasKnownAndTrueThen()
    {
        var source = await fixture.Hub.NodeAsync(TestHub.Daye);
        var organization = Make.Organization(name: "旧名");
        await source.PushAsync(TestHub.Daye, organization, "2020-01-01");
        var known = (await source.GetAsync<Organization>(organization.Uscc)).Envelope.RecordedAt;
        await source.PushAsync(TestHub.Daye, new Organization(organization) { Name = "新名" }, "2021-01-01");

        Assert.Equal("新名", await NameAsync(Request(organization.Uscc, "name")));
        Assert.Equal("旧名", await NameAsync(new(Request(organization.Uscc, "name")) { EffectiveOn = "2020-12-31" }));
        Assert.Equal("旧名", await NameAsync(new(Request(organization.Uscc, "name")) { RecordedAsOf = known }));

        async Task<string> NameAsync(ExportRecordsRequest request) =>
            Encoding.UTF8.GetString((await BytesAsync(source, request)).AsSpan(3)).Split("\r\n")[1];
    }

    [Fact]
    public async Task WhatTheCallerMayNotSee_IsNoColumn_OrEmptyOnRowsOfOthers()
    {
        var (own, uscc) = await PushAsync(organization => organization.ContactMobile = "13900000000");
        var other = await fixture.Hub.NodeAsync("ND-420222");
        var others = Make.Organization();
        others.ContactMobile = "13700000000";
        await other.PushAsync("ND-420222", others);
        var request = new ExportRecordsRequest
        {
            Type = Type,
            Filter = $"key = \"{uscc}\" OR key = \"{others.Uscc}\"",
            ReadMask = new FieldMask { Paths = { "uscc", "contact_mobile" } },
        };

        Assert.Equal([$"{uscc},13900000000", $"{others.Uscc},"], await LinesAsync(own));
        Assert.Equal([$"{uscc},", $"{others.Uscc},13700000000"], await LinesAsync(other));
        Assert.Equal([$"{uscc},13900000000", $"{others.Uscc},13700000000"], await LinesAsync(await fixture.Hub.PersonAsync("bureau")));

        using var output = new MemoryStream();
        var status = await other.ExportAsync(new(request) { Source = TestHub.Daye }, output);
        Assert.Equal(["contact_mobile"], status.CutFields);
        Assert.Equal(1, status.Rows);
        Assert.Equal($"统一社会信用代码\r\n{uscc}\r\n", Encoding.UTF8.GetString(output.ToArray().AsSpan(3)).Replace("\t", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal));

        async Task<string[]> LinesAsync(HubClient client) =>
        [
            .. Encoding.UTF8.GetString((await BytesAsync(client, request)).AsSpan(3))
                .Replace("\t", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal).Split("\r\n")[1..^1].Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task ConditionalType_IsExportedToItsSourceAndTheBureauOnly()
    {
        var loan = (Loan)RecordSamples.Full(CityEntityTypes.All.Of<Loan>());
        loan.LoanId = $"EXPORT-{Make.Uscc()}";
        await (await fixture.Hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, loan);
        var request = new ExportRecordsRequest { Type = "mechanism.loan", Filter = $"key = \"{loan.LoanId}\"" };

        Assert.Equal(1, await RowsAsync(await fixture.Hub.NodeAsync(TestHub.Daye)));
        Assert.Equal(1, await RowsAsync(await fixture.Hub.PersonAsync("bureau")));
        Assert.Equal(0, await RowsAsync(await fixture.Hub.NodeAsync("ND-420222")));

        async Task<long> RowsAsync(HubClient client) => (await client.ExportAsync(request, System.IO.Stream.Null)).Rows;
    }

    [Theory]
    [InlineData("name = ", "", ErrorReason.FilterInvalid, "8")]
    [InlineData("nothing = 1", "", ErrorReason.FilterInvalid, "1")]
    [InlineData("", "nothing desc", ErrorReason.RequestInvalid, "")]
    public async Task WrongRequest_SaysWhere(string filter, string order, ErrorReason reason, string position)
    {
        var client = await fixture.Hub.PersonAsync("bureau");

        var error = await Assert.ThrowsAsync<HubException>(
            () => client.ExportAsync(new ExportRecordsRequest { Type = Type, Filter = filter, OrderBy = order }, System.IO.Stream.Null));

        Assert.Equal(reason, error.Reason);
        Assert.Equal(position, error.Metadata.GetValueOrDefault("position", ""));
    }

    [Fact]
    public async Task Rest_GivesTheFileItself()
    {
        var (_, uscc) = await PushAsync(_ => { });
        var token = (await (await fixture.Hub.AdminAsync()).IssueTokenAsync("export", "bureau")).Token;
        using var caller = RawCaller.WithToken(fixture.Hub, token);
        foreach (var (format, media) in new[]
        {
            ("EXPORT_FORMAT_CSV", "text/csv"), ("EXPORT_FORMAT_XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        })
        {
            var filter = Uri.EscapeDataString($"key = \"{uscc}\"");
            using var response = await caller.Http.GetAsync(new Uri(
                $"/v1/types/{Type}/records:export?filter={filter}&format={format}&readMask=name", UriKind.Relative));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(media, response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
            Assert.StartsWith($"{Type}-", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'), StringComparison.Ordinal);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            if (format == "EXPORT_FORMAT_CSV")
            {
                Assert.Equal("名称\r\n样例企业\r\n", Encoding.UTF8.GetString(bytes.AsSpan(3)));
            }
            else
            {
                Assert.Equal("样例企业", new Workbook(new MemoryStream(bytes)).Sheets[0].Rows[1]["A"].Text);
            }
        }

        using var wrong = await caller.Http.GetAsync(new Uri($"/v1/types/{Type}/records:export?filter=x", UriKind.Relative));
        Assert.Equal((HttpStatusCode.BadRequest, "application/json"), (wrong.StatusCode, wrong.Content.Headers.ContentType?.MediaType));
    }

    private static ExportRecordsRequest Request(string uscc, params string[] fields) => new()
    {
        Type = Type,
        Filter = $"key = \"{uscc}\"",
        ReadMask = new FieldMask { Paths = { fields } },
    };

    private static async Task<byte[]> BytesAsync(HubClient client, ExportRecordsRequest request)
    {
        using var output = new MemoryStream();
        await client.ExportAsync(request, output);
        return output.ToArray();
    }

    private async Task<(HubClient Client, string Uscc)> PushAsync(Action<Organization> change)
    {
        var organization = Make.Organization();
        change(organization);
        var client = await fixture.Hub.NodeAsync(TestHub.Daye);
        Assert.Equal(0, (await client.PushAsync(TestHub.Daye, organization)).Counts.Quarantined);
        return (client, organization.Uscc);
    }
}
