using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Storage;
using HubExchange.Talent.V1;
using HubExchange.Technology.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Query.Profiles;

/// <summary>The profile of an organisation: what is in it, for whom, and as of when.</summary>
public sealed class ProfileTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const string Other = "ND-420222";

    [Fact]
    public async Task EveryRecordThatNamesTheOrganisation_IsInIt_WithItsRoles()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var uscc = RecordSamples.Uscc;
        var expected = new Dictionary<string, string[]>();
        foreach (var type in CityEntityTypes.All.All)
        {
            var record = RecordSamples.Full(type);
            var roles = type.Fields.Where(field => Refers(field, record, uscc)).Select(field => field.Label).ToArray();
            if (roles.Length == 0)
            {
                continue;
            }

            var kind = type.MayPush(NodeKind.County) ? NodeKind.County : type.Options.Authority[0];
            var node = kind == NodeKind.Center ? TestHub.City : $"ND-PR{(int)kind}";
            var pushed = await (await hub.NodeAsync(node, kind)).PushRecordsAsync(node, type, [new Change { Record = record.ToByteString() }]);
            Assert.Equal(0, pushed.Counts.Quarantined);
            expected[type.Id] = roles;
        }

        Assert.True(expected.Count > 15, $"{expected.Count} types");
        var bureau = await hub.PersonAsync("bureau");
        var profile = await bureau.GetProfileAsync(uscc);

        Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            profile.Sections.Select(section => section.Type));

        // One type has it in a nested message, too.
        foreach (var section in profile.Sections)
        {
            var record = Assert.Single(section.Records);
            Assert.Equal(1, section.Total);
            Assert.Equal(CityEntityTypes.All.Find(section.Type)!.Label, section.Label);
            Assert.Equal(expected[section.Type], record.Roles.Where(role => !role.Field.Contains('.', StringComparison.Ordinal)).Select(role => role.Label));

            // What the filter lists is what the section counts.
            var listed = await bureau.ListAsync(section.Type, section.Filter).ToListAsync();
            Assert.Equal([record.Record.Key], listed.Select(item => item.Key));
        }
    }

    [Fact]
    public async Task ReferenceInANestedMessage_Counts_AndTheFilterSaysIt()
    {
        var (source, organization) = await PushAsync();
        var fund = (FundCommitment)RecordSamples.Full(CityEntityTypes.All.Of<FundCommitment>());
        fund.Projects.Clear();
        fund.Projects.Add(new FundProject { Uscc = organization.Uscc, Title = "样例项目" });
        var type = CityEntityTypes.All.Of<FundCommitment>();
        var kind = type.MayPush(NodeKind.County) ? NodeKind.County : type.Options.Authority[0];
        var node = $"ND-FUND{(int)kind}";
        Assert.Equal(0, (await (await fixture.Hub.NodeAsync(node, kind)).PushAsync(node, fund)).Counts.Quarantined);

        var section = Assert.Single((await (await fixture.Hub.PersonAsync("bureau")).GetProfileAsync(organization.Uscc)).Sections);

        Assert.Equal(("mechanism.fund_commitment", 1, $"manager_uscc = \"{organization.Uscc}\" OR projects.uscc = \"{organization.Uscc}\""), (section.Type, section.Total, section.Filter));
        Assert.Equal("projects.uscc", Assert.Single(Assert.Single(section.Records).Roles).Field);
        Assert.Empty((await source.GetProfileAsync(organization.Uscc)).Sections);
    }

    [Fact]
    public async Task Section_HasTheNewestFirst_AndTheRestByItsFilter()
    {
        var (source, organization) = await PushAsync();
        for (var year = 2015; year <= 2022; year++)
        {
            await source.PushAsync(TestHub.Daye, Certificate(organization, $"GR{year}42000{Make.Uscc()[9..12]}", year), $"{year}-11-15");
        }

        var profile = await source.GetProfileAsync(new GetOrganizationProfileRequest { Uscc = organization.Uscc.ToLowerInvariant(), SectionSize = 3 });

        var section = Assert.Single(profile.Sections);
        Assert.Equal(8, section.Total);
        Assert.Equal(["2022-11-15", "2021-11-15", "2020-11-15"], section.Records.Select(record => record.Record.EffectiveFrom));
        Assert.Equal(8, await source.ListAsync(section.Type, section.Filter, pageSize: 3).CountAsync());
    }

    [Fact]
    public async Task WhoMayNotSee_IsNotShown_PeopleAndLoans()
    {
        var (source, organization) = await PushAsync();
        var loan = (Loan)RecordSamples.Full(CityEntityTypes.All.Of<Loan>());
        (loan.LoanId, loan.Uscc) = ($"PROFILE-{organization.Uscc}", organization.Uscc);
        await source.PushAsync(TestHub.Daye, loan);
        var talent = (Talent.V1.Talent)RecordSamples.Full(CityEntityTypes.All.Of<Talent.V1.Talent>());
        (talent.UnitUscc, talent.Name) = (organization.Uscc, "张三");
        Assert.Equal(0, (await source.PushAsync(TestHub.Daye, talent)).Counts.Quarantined);

        foreach (var (client, seesLoan, name) in new[]
        {
            (source, true, "张三"),
            (await fixture.Hub.PersonAsync("bureau"), true, "张三"),
            (await fixture.Hub.PersonAsync("county", TestHub.Daye), true, "张三"),
            (await fixture.Hub.NodeAsync(Other), false, ""),
        })
        {
            var profile = await client.GetProfileAsync(organization.Uscc);
            Assert.Equal(seesLoan, profile.Sections.Any(section => section.Type == "mechanism.loan"));
            var people = profile.Sections.SingleOrDefault(section => section.Type == "talent.talent")?.Records.Single().Record;
            var visible = (await client.ListAsync("talent.talent", $"unit_uscc = \"{organization.Uscc}\"").ToListAsync()).Count;
            Assert.Equal(visible, people is null ? 0 : 1);
            Assert.Equal(visible == 0 ? "" : name, people is null ? "" : Talent.V1.Talent.Parser.ParseFrom(people.Payload.Value).Name);
        }
    }

    [Fact]
    public async Task PersonalFields_AreMasked_AndOnlyThere()
    {
        var organization = Make.Organization();
        (organization.LegalRepresentativeName, organization.ContactName) = ("欧阳锋", "李");
        organization.ContactMobile = "13812345678";
        var source = await fixture.Hub.NodeAsync(TestHub.Daye);
        await source.PushAsync(TestHub.Daye, organization);
        var award = (Award)RecordSamples.Full(CityEntityTypes.All.Of<Award>());
        award.AwardId = $"A-{organization.Uscc}";
        award.Uscc = organization.Uscc;
        award.OrgUsccs.Clear();
        award.OrgUsccs.Add(organization.Uscc);
        award.PersonNames.Clear();
        award.PersonNames.Add(["张三", "李小四"]);
        Assert.Equal(0, (await source.PushAsync(TestHub.Daye, award)).Counts.Quarantined);
        var other = await fixture.Hub.NodeAsync(Other);

        var profile = await other.GetProfileAsync(organization.Uscc);

        var shown = Organization.Parser.ParseFrom(profile.Organization.Payload.Value);
        Assert.Equal(("欧**", "李*", "138****5678"), (shown.LegalRepresentativeName, shown.ContactName, shown.ContactMobile));
        Assert.Equal(["legal_representative_name", "contact_name", "contact_mobile"], profile.Organization.MaskedFields);
        Assert.Empty(profile.Organization.CutFields);
        var people = profile.Sections.Single(section => section.Type == "technology.award").Records.Single().Record;
        Assert.Equal(["张*", "李**"], Award.Parser.ParseFrom(people.Payload.Value).PersonNames);

        // Elsewhere they are cut, and who may see them is shown them as they are.
        var record = await other.GetAsync<Organization>(organization.Uscc);
        Assert.Equal(("", 0), (record.Value.ContactName, record.Envelope.MaskedFields.Count));
        var own = await source.GetProfileAsync(organization.Uscc);
        Assert.Equal("欧阳锋", Organization.Parser.ParseFrom(own.Organization.Payload.Value).LegalRepresentativeName);
        Assert.Empty(own.Organization.MaskedFields);
    }

    [Fact]
    public async Task AsOf_IsWhatWasKnownAndTrueThen()
    {
        var (source, organization) = await PushAsync("旧名", "2020-01-01");
        await source.PushAsync(TestHub.Daye, Certificate(organization, $"GR201842{Make.Uscc()[10..16]}", 2018), "2020-01-01");
        var elsewhere = Make.Organization();
        await source.PushAsync(TestHub.Daye, elsewhere);
        var contract = Certificate(organization, $"GR202142{Make.Uscc()[10..16]}", 2021);
        await source.PushAsync(TestHub.Daye, contract, "2021-01-01");
        var known = (await source.GetAsync<HteCertificate>(contract.CertNo)).Envelope.RecordedAt;

        // Later it turns out to be another firm's, from the start.
        await source.PushAsync(TestHub.Daye, new HteCertificate(contract) { Uscc = elsewhere.Uscc }, "2021-01-01");
        await source.PushAsync(TestHub.Daye, new Organization(organization) { Name = "新名" }, "2022-01-01");

        Assert.Equal(("新名", 1, 2), await StateAsync(new GetOrganizationProfileRequest()));
        Assert.Equal(("旧名", 2, 1), await StateAsync(new GetOrganizationProfileRequest { RecordedAsOf = known }));
        Assert.Equal(("旧名", 1, 2), await StateAsync(new GetOrganizationProfileRequest { EffectiveOn = "2021-06-01" }));
        Assert.Equal(("旧名", 1, 1), await StateAsync(new GetOrganizationProfileRequest { RecordedAsOf = known, EffectiveOn = "2020-06-01" }));

        async Task<(string, int, int)> StateAsync(GetOrganizationProfileRequest request)
        {
            var profile = await source.GetProfileAsync(new GetOrganizationProfileRequest(request) { Uscc = organization.Uscc });
            return (
                Organization.Parser.ParseFrom(profile.Organization.Payload.Value).Name, (int)profile.Sections.Single().Total, profile.Changes.Count);
        }
    }

    [Fact]
    public async Task ChangesAndFindings_AreInIt()
    {
        var (source, organization) = await PushAsync("旧名");
        await source.PushAsync(TestHub.Daye, new Organization(organization) { Name = "新名" });
        var wrong = await source.PushAsync(TestHub.Daye, new Organization(organization) { IndustryCode = "99" });
        Assert.Equal(1, wrong.Counts.Quarantined);

        var own = await source.GetProfileAsync(organization.Uscc);

        Assert.Equal(2, own.Changes.Count);
        Assert.Equal(("name", "旧名", "新名"), own.Changes[0].Changes.Select(change => (change.Field, change.OldValue, change.NewValue)).Single());
        Assert.Equal(1, own.OpenQuarantined);
        Assert.Equal(1, (await (await fixture.Hub.PersonAsync("bureau")).GetProfileAsync(organization.Uscc)).OpenQuarantined);

        // Doubts about it, and about what names it.
        var certificate = Certificate(organization, $"GR202142{Make.Uscc()[10..16]}", 2021);
        await source.PushAsync(TestHub.Daye, certificate);
        var bureau = await fixture.Hub.PersonAsync("bureau");
        var first = await bureau.RaiseFindingAsync(
            new RaiseFindingRequest { Type = "enterprise.organization", Key = organization.Uscc, Field = "name", Reason = "样例理由" });
        var second = await bureau.RaiseFindingAsync(
            new RaiseFindingRequest { Type = "enterprise.hte_certificate", Key = certificate.CertNo, Reason = "样例理由" });
        Assert.Equal([second.Id, first.Id], (await source.GetProfileAsync(organization.Uscc)).Findings.Select(finding => finding.Id));
        Assert.Equal(2, (await bureau.GetProfileAsync(organization.Uscc)).Findings.Count);
        Assert.Empty((await (await fixture.Hub.NodeAsync(Other)).GetProfileAsync(organization.Uscc)).Findings);

        // Another node is not told what this one got wrong.
        Assert.Equal(0, (await (await fixture.Hub.NodeAsync(Other)).GetProfileAsync(organization.Uscc)).OpenQuarantined);
        var past = await source.GetProfileAsync(new GetOrganizationProfileRequest { Uscc = organization.Uscc, EffectiveOn = "2030-01-01" });
        Assert.False(past.HasOpenQuarantined);
        Assert.Empty(past.Findings);
    }

    [Fact]
    public async Task WhatNobodyKnows_IsNotFound_AndWrongSizesAreRefused()
    {
        var client = await fixture.Hub.PersonAsync("bureau");

        Assert.Equal(ErrorReason.RecordNotFound, (await Assert.ThrowsAsync<HubException>(() => client.GetProfileAsync(Make.Uscc()))).Reason);
        var wrong = new GetOrganizationProfileRequest { Uscc = Make.Uscc(), SectionSize = -1 };
        Assert.Equal(ErrorReason.RequestInvalid, (await Assert.ThrowsAsync<HubException>(() => client.GetProfileAsync(wrong))).Reason);
    }

    [Fact]
    public async Task EveryFieldThatNamesAnOrganisation_HasAnIndex()
    {
        var storage = fixture.Hub.Services.GetRequiredService<HubStorage>();
        foreach (var table in storage.Tables)
        {
            foreach (var column in table.Columns.Where(column => column.Field.Options.Reference == "enterprise.organization"))
            {
                await using var command = storage.DataSource.CreateCommand(
                    """
                    select count(*) from pg_index i
                    join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
                    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                    where i.indrelid = $1::regclass and a.attname = $2 and m.amname = $3 and i.indisvalid
                    """);
                command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = table.Table });
                command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = column.Name });
                command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = column.Field.IsList ? "gin" : "btree" });
                Assert.True((long)(await command.ExecuteScalarAsync())! >= 1, $"{table}.{column}");
            }
        }
    }

    private static bool Refers(EntityField field, IMessage record, string uscc) =>
        field.Options.Reference == "enterprise.organization" && (field.Descriptor.Accessor.GetValue(record) is System.Collections.IList list
            ? list.Contains(uscc)
            : Equals(field.Descriptor.Accessor.GetValue(record), uscc));

    private static HteCertificate Certificate(Organization organization, string number, int year) => new()
    {
        CertNo = number,
        Uscc = organization.Uscc,
        NameAtIssue = organization.Name,
        IssuedOn = $"{year}-11-15",
        ValidTo = $"{year + 3}-11-14",
        RecognitionType = HteRecognition.First,
    };

    private async Task<(HubClient Source, Organization Organization)> PushAsync(string name = "样例企业", string? from = null)
    {
        var organization = Make.Organization(name: name);
        var source = await fixture.Hub.NodeAsync(TestHub.Daye);
        await (from is null ? source.PushAsync(TestHub.Daye, organization) : source.PushAsync(TestHub.Daye, organization, from));
        return (source, organization);
    }
}
