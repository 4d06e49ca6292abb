using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Audit;

/// <summary>The table of the audit takes no changes, and what is changed past it is found.</summary>
public sealed class AuditChainTests(SharedCluster cluster)
{
    // As somebody who is above every trigger.
    private const string Past = "set session_replication_role = replica; ";

    // Whoever makes the hash of an entry anew, too.
    private const string Forge = Past +
        """
        update hub.audit e
        set caller = 'nobody', hash = sha256(
          b.hash || int8send(e.position) || int8send((extract(epoch from e.recorded_at) * 1000000)::bigint)
          || hub.audit_bytes(e.event) || hub.audit_bytes('nobody') || hub.audit_bytes(e.role) || hub.audit_bytes(e.node)
          || hub.audit_bytes(e.method) || hub.audit_bytes(e.type) || hub.audit_bytes(e.reason) || hub.audit_bytes(e.detail)
          || int8send(e.records) || hub.audit_bytes(array_to_string(e.cut_fields, ','))
          || hub.audit_bytes(array_to_string(e.masked_fields, ',')) || int4send(e.withheld::integer))
        from hub.audit b
        where b.position = e.position - 1 and e.position =
        """;

    private const string TakeSecond = Past + "create table public.taken as select * from hub.audit where position = 2; delete from hub.audit where position = 2";
    private const string PutBack = Past + "insert into hub.audit select * from public.taken; drop table public.taken";

    [Theory]
    [InlineData("update hub.audit set caller = 'nobody'")]
    [InlineData("update hub.audit set records = 1 where position = 1")]
    [InlineData("delete from hub.audit")]
    [InlineData("delete from only {part} where position = 1")]
    [InlineData("truncate hub.audit")]
    [InlineData("truncate {part}")]
    [InlineData("delete from hub.audit_head")]
    [InlineData("truncate hub.audit_head")]
    public async Task Entries_AreOnlyAdded(string statement)
    {
        var (database, hub) = await StartAsync(entries: 2);
        await using (hub)
        {
            var part = (string)(await ScalarAsync(database, "select tableoid::regclass::text from hub.audit limit 1"))!;

            var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(database, statement.Replace("{part}", part, StringComparison.Ordinal)));

            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            Assert.Equal((2L, null), Outcome(await VerifyAsync(hub)));
        }
    }

    [Theory]
    [InlineData(Past + "update hub.audit set caller = 'nobody' where position = 2", 2, AuditFault.Altered)]
    [InlineData(Past + "update hub.audit set cut_fields = '{name}' where position = 3", 3, AuditFault.Altered)]
    [InlineData(Past + "update hub.audit set recorded_at = recorded_at - interval '1 microsecond' where position = 1", 1, AuditFault.Altered)]
    [InlineData(Past + "update hub.audit set withheld = not withheld where position = 3", 3, AuditFault.Altered)]
    [InlineData(Past + "delete from hub.audit where position = 1", 1, AuditFault.Missing)]
    [InlineData(Past + "delete from hub.audit where position = 2", 2, AuditFault.Missing)]
    [InlineData(Past + "delete from hub.audit where position = 3", 3, AuditFault.Missing)]
    [InlineData(Past + "delete from hub.audit", 1, AuditFault.Missing)]
    [InlineData(Past + "delete from hub.audit_head", 1, AuditFault.Missing)]
    [InlineData(
        Past + "insert into hub.audit select 4, recorded_at, event, caller, role, node, method, type, reason, detail, records, cut_fields, masked_fields, withheld, hash from hub.audit where position = 3",
        4,
        AuditFault.Added)]
    [InlineData(Forge + " 2", 3, AuditFault.Altered)]
    [InlineData(Forge + " 3", 3, AuditFault.Altered)]
    public async Task WhatIsChangedPastTheTable_IsFound(string change, long position, AuditFault fault)
    {
        var (database, hub) = await StartAsync(entries: 3);
        await using (hub)
        {
            Assert.Equal((3L, null), Outcome(await VerifyAsync(hub)));

            await ScalarAsync(database, change);

            Assert.Equal((position - 1, new AuditBreak { Position = position, Fault = fault }), Outcome(await VerifyAsync(hub)));
        }
    }

    [Fact]
    public async Task AnEntryThatIsPutBack_IsTheSameAgain()
    {
        var (database, hub) = await StartAsync(entries: 3);
        await using (hub)
        {
            await ScalarAsync(database, TakeSecond);
            Assert.Equal(2, (await VerifyAsync(hub)).Broken.Position);

            await ScalarAsync(database, PutBack);

            Assert.Equal((3L, null), Outcome(await VerifyAsync(hub)));
        }
    }

    [Fact]
    public async Task FromAMarkKeptOutside_AChainMadeAnewAndAnOlderBackupAreFound()
    {
        var (database, hub) = await StartAsync(entries: 3);
        await using (hub)
        {
            var mark = (await VerifyAsync(hub)).Last;
            Assert.Equal(3, mark.Position);
            await RefuseAsync(hub);
            var next = await VerifyAsync(hub, mark);
            Assert.Equal((1L, null, 4L), (next.Entries, next.Broken, next.Last.Position));

            var other = mark.Clone();
            other.Hash = ByteString.CopyFrom(new byte[32]);
            Assert.Equal(new AuditBreak { Position = 3, Fault = AuditFault.Altered }, (await VerifyAsync(hub, other)).Broken);

            // As after the restore of a backup: by itself the chain is whole.
            await ScalarAsync(
                database,
                Past + "delete from hub.audit where position > 2; update hub.audit_head h set position = 2, hash = e.hash from hub.audit e where e.position = 2");
            Assert.Equal((2L, null), Outcome(await VerifyAsync(hub)));
            Assert.Equal(new AuditBreak { Position = 3, Fault = AuditFault.Missing }, (await VerifyAsync(hub, mark)).Broken);
        }
    }

    [Fact]
    public async Task MonthsKeptLongEnough_AreDropped_AndTheRestCanStillBeVerified()
    {
        var (database, hub) = await StartAsync(entries: 2);
        await using (hub)
        {
            var mark = (await VerifyAsync(hub)).Last;

            // In six years, when the months of today are kept long enough.
            Assert.Equal(3, await ScalarAsync(database, "select hub.keep_audit((current_date + interval '6 years')::date, 1461)"));
            Assert.Equal((0L, null), Outcome(await VerifyAsync(hub)));
            await ScalarAsync(database, "select hub.keep_audit(current_date, 1461)");
            await RefuseAsync(hub);

            var rest = await VerifyAsync(hub);
            Assert.Equal((1L, null, 3L), (rest.Entries, rest.Broken, rest.First.Position));
            Assert.Equal((1L, null), Outcome(await VerifyAsync(hub, mark)));
            var gone = await Assert.ThrowsAsync<HubException>(() => VerifyAsync(hub, new AuditMark { Position = 1, Hash = mark.Hash }));
            Assert.Equal(ErrorReason.RequestInvalid, gone.Reason);
            await ScalarAsync(database, Past + "delete from hub.audit where position = 3");
            Assert.Equal(3, (await VerifyAsync(hub)).Broken.Position);
        }
    }

    [Fact]
    public async Task SeveralHubs_WriteOneChain()
    {
        var (_, hub) = await StartAsync(entries: 0);
        await using (hub)
        {
            await using var second = await hub.StartReplicaAsync();
            var (here, there) = (await hub.AdminAsync(), await second.AdminAsync());

            await Task.WhenAll(Enumerable.Range(0, 60).Select(i => RefuseAsync(i % 2 == 0 ? here : there)));

            Assert.Equal((60L, null), Outcome(await VerifyAsync(hub)));
        }
    }

    [Fact]
    public async Task LessThanThreeYears_IsNoRetention()
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestHub.StartAsync(database, settings: "--Audit:RetentionDays=1095"));

        Assert.Contains("RetentionDays", refused.ToString(), StringComparison.Ordinal);
        await using var hub = await TestHub.StartAsync(database, settings: "--Audit:RetentionDays=1096");
    }

    private async Task<(string Database, TestHub Hub)> StartAsync(int entries)
    {
        var database = await cluster.Cluster.CreateDatabaseAsync();
        var hub = await TestHub.StartAsync(database);
        for (var i = 0; i < entries; i++)
        {
            await RefuseAsync(hub);
        }

        return (database, hub);
    }

    private static async Task RefuseAsync(TestHub hub) => await RefuseAsync(await hub.AdminAsync());

    private static async Task RefuseAsync(HubClient admin) =>
        Assert.Equal(ErrorReason.PermissionMissing, (await Assert.ThrowsAsync<HubException>(() => admin.VerifyAuditAsync())).Reason);

    private static async Task<VerifyAuditResponse> VerifyAsync(TestHub hub, AuditMark? after = null) =>
        await (await hub.PersonAsync("auditor")).VerifyAuditAsync(after);

    private static (long Entries, AuditBreak? Broken) Outcome(VerifyAuditResponse response) => (response.Entries, response.Broken);

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
