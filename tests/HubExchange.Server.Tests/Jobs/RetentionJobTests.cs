using Dapper;
using Grpc.Core;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubExchange.Server.Tests.Jobs;

/// <summary>Old results of reconciliations go; certificates, what waits and the last of each source and type stay.</summary>
public sealed class RetentionJobTests(SharedCluster cluster)
{
    private const string Fill =
        """
        insert into hub.reconciliation (id, source, type, stream, state, started_at, ended_at, failure, certificate)
        overriding system value
        select n, 'ND-1', 't.a', 's', case when n % 3 = 0 then 'EQUAL' when n % 3 = 1 then 'DIFFERENT' else 'FAILED' end,
          now() - interval '50 days', now() - interval '50 days', case when n % 3 = 2 then 'x' else '' end,
          case when n % 3 = 0 then '\x01'::bytea end
        from generate_series(1, 40) as n;
        insert into hub.reconciliation (id, source, type, stream, state, started_at, ended_at) overriding system value
        values (50, 'ND-1', 't.a', 's', 'WAITING', now() - interval '50 days', now() - interval '50 days'),
          (51, 'ND-1', 't.a', 's', 'DIFFERENT', now() - interval '20 days', now() - interval '20 days'),
          (52, 'ND-1', 't.a', 's', 'EQUAL', now(), now()),
          (53, 'ND-2', 't.a', 's', 'DIFFERENT', now() - interval '50 days', now() - interval '50 days');
        insert into hub.reconciliation_difference (reconciliation_id, key, kind, outcome)
        select r.id, k::text, 'STALE', 'MENDED'
        from hub.reconciliation r, generate_series(1, 3) as k;
        """;

    [Fact]
    public async Task OldFrames_AreForgotten_ButTheLastOfEachStream_AndReplaysAreStillTaken()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Jobs:StepRecords=10", "--Ingestion:FrameDays=30");
        var node = await hub.NodeAsync(TestHub.Daye);
        Organization[] sent = [.. Enumerable.Range(0, 4).Select(_ => Make.Organization())];
        var identity = await hub.IdentityOfAsync(TestHub.Daye);
        var (push, _) = await RawPush.OpenAsync(hub, identity, "kept");
        await using (push)
        {
            for (var at = 0; at < sent.Length; at++)
            {
                await push.SendAsync(at + 1, "enterprise.organization", sent[at]);
                await push.ReceiveAsync();
            }
        }

        await using var connection = await hub.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        // Two of four are old; a stream that has long been silent, with more frames than a step takes; one of a single frame.
        await connection.ExecuteAsync(
            """
            update hub.frame set recorded_at = now() - interval '31 days' where sequence <= 2;
            insert into hub.stream (source, stream, sequence) values (@Daye, 'silent', 25), (@Daye, 'single', 1);
            insert into hub.frame (source, stream, sequence, type, digest, recorded_at)
            select @Daye, 'silent', n, 't.a', ''::bytea, now() - interval '40 days' from generate_series(1, 25) as n
            union all
            select @Daye, 'single', 1, 't.a', ''::bytea, now() - interval '40 days';
            """,
            new { TestHub.Daye });

        var run = await (await hub.PersonAsync("bureau")).RunToEndAsync("retention");

        Assert.Equal((JobRunState.Succeeded, "", 26L), (run.State, run.Problem, run.Changed));
        Assert.Equal(
            [("kept", 3), ("kept", 4), ("silent", 25), ("single", 1)],
            await connection.QueryAsync<(string, int)>("select stream, sequence from hub.frame order by stream, sequence"));
        Assert.Equal(3, await node.ListStreamsAsync().CountAsync(stream => stream.CommittedAt is not null));

        var (again, _) = await RawPush.OpenAsync(hub, identity, "kept");
        await using var __ = again;
        await again.SendAsync(1, "enterprise.organization", sent[0]);
        Assert.Equal(4, (await again.ReceiveAsync()).Ack.ThroughSequence);
        await again.SendAsync(3, "enterprise.organization", Make.Organization());
        Assert.Equal(ErrorReason.SequenceFork, Reasons.Of(await Assert.ThrowsAsync<RpcException>(() => again.ReceiveAsync())).Reason);
    }

    [Fact]
    public async Task OldReconciliations_AreForgotten_ButNotWhatIsStillNeeded()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Jobs:StepRecords=10", "--Reconciliation:HistoryDays=30");
        await using var connection = await hub.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await connection.ExecuteAsync(Fill);

        var run = await (await hub.PersonAsync("bureau")).RunToEndAsync("retention");

        Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem));
        Assert.Equal(
            [.. Enumerable.Range(1, 40).Where(n => n % 3 == 0), 50, 51, 52, 53],
            await connection.QueryAsync<int>("select id from hub.reconciliation order by id"));
        Assert.Equal(
            [50, 51, 52, 53], await connection.QueryAsync<int>("select distinct reconciliation_id from hub.reconciliation_difference order by 1"));
        Assert.Equal(27 + (40 * 3), run.Changed);
        Assert.True(run.Steps > 15);
    }
}
