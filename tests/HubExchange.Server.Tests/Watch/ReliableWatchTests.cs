using HubExchange.Client.Watch;
using HubExchange.Server.Storage;
using HubExchange.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Watch;

/// <summary>No entry is lost, whoever writes at the same time and however long it takes from its begin, or its position, to its commit.</summary>
public sealed class ReliableWatchTests(SharedCluster cluster) : IDisposable
{
    private const string Type = "enterprise.organization";
    private const int Writers = 8;
    private const int Rounds = 12;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Reliable_NoEntryIsLost_WithEightWritersAndSlowTransactions()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, $"--Ingestion:Lanes={Writers}", "--Feed:PageSize=50", "--Feed:DoorbellDelay=00:00:00");
        var watcher = await hub.PersonAsync("bureau");
        var writers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => hub.NodeAsync($"ND-W{i}")));
        await SlowDownAsync(hub);
        var target = new TaskCompletionSource<long>();
        var live = GatherAsync();

        // Long transactions among short ones: what begins first does not end first.
        await Task.WhenAll(writers.Select((client, i) => Task.Run(
            async () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    await client.PushAsync($"ND-W{i}", Enumerable.Range(0, SizeOf(i, round)).Select(_ => Make.Organization()));
                }
            },
            _limit.Token)));
        var last = await Feed.LastAsync(hub);
        target.SetResult(last);
        var late = GatherAsync();
        var written = Enumerable.Range(0, Writers).Sum(i => Enumerable.Range(0, Rounds).Sum(round => SizeOf(i, round)));

        foreach (var copy in new[] { await live, await late })
        {
            Assert.Equal(written, copy.Events.Count(happened => happened.Put?.Type == Type));
            Assert.Equal(Enumerable.Range(1, (int)last).Select(position => (long)position), copy.Events.Select(happened => happened.Position));
        }

        async Task<Copy> GatherAsync()
        {
            var all = new Copy();
            await foreach (var batch in watcher.WatchAsync(new WatchOptions { After = 0 }, _limit.Token))
            {
                all.Apply(batch);
                if (target.Task.IsCompletedSuccessfully && all.Position >= await target.Task)
                {
                    break;
                }
            }

            return all;
        }
    }

    private static int SizeOf(int writer, int round) => round % 4 == writer % 4 ? 400 : 1;

    // One trigger holds up a transaction before it has positions, the other when it commits and has them.
    private static async Task SlowDownAsync(TestHub hub)
    {
        await using var command = hub.Services.GetRequiredService<HubStorage>().DataSource.CreateCommand(
            """
            create function public.dawdle() returns trigger language plpgsql as $$
            begin
              if current_setting('hub.dawdled', true) is distinct from pg_current_xact_id()::text || tg_name then
                perform set_config('hub.dawdled', pg_current_xact_id()::text || tg_name, true);
                perform pg_sleep(random() * 0.03);
              end if;
              return null;
            end $$;
            create trigger before_positions before insert on enterprise.organization for each statement execute function public.dawdle();
            create constraint trigger at_commit after insert on enterprise.organization deferrable initially deferred
              for each row execute function public.dawdle();
            """);
        await command.ExecuteNonQueryAsync();
    }
}
