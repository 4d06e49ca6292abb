using HubExchange.Client;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.Server.Tests.Watch;

/// <summary>The consumer that the SDK's manual shows: whenever it or the hub breaks off, every change counts once.</summary>
public sealed class ConsumerExampleTests(SharedCluster cluster) : IDisposable
{
    private const int Versions = 12;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Consumer_AppliesEveryChangeOnce_HoweverOftenItBreaksOff()
    {
        var hub = await TestHub.StartAsync(cluster.Cluster);
        await using var database = NpgsqlDataSource.Create(await cluster.Cluster.CreateDatabaseAsync(isEmpty: true));
        await ExecuteAsync(database, OrganizationCopy.Schema);
        var organizations = Enumerable.Range(0, 5).Select(_ => Make.Organization(name: "第1版")).ToList();
        await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, organizations);
        await FollowAsync(hub, database, organizations.Count);

        // From here on a third of its transactions fails at the commit, and it is stopped now and then.
        await ExecuteAsync(
            database,
            """
            create function fail() returns trigger language plpgsql as $$
            begin
              if random() < 0.3 then
                raise exception 'The disk of the consumer is full.';
              end if;
              return null;
            end $$;
            create constraint trigger fail after update on copy_position deferrable initially deferred for each row execute function fail();
            """);
        try
        {
            for (var version = 2; version <= Versions; version++)
            {
                organizations.ForEach(organization => organization.Name = $"第{version}版");
                await (await hub.NodeAsync(TestHub.Daye)).PushAsync(TestHub.Daye, organizations);
                if (version % 3 == 0)
                {
                    await FollowAsync(hub, database, organizations.Count * version);
                }
                else if (version % 4 == 0)
                {
                    hub = await hub.RestartAsync();
                }
            }

            await FollowAsync(hub, database, organizations.Count * Versions);
        }
        finally
        {
            await hub.DisposeAsync();
        }

        await using var command = database.CreateCommand("select count(*) from organization_copy where changes = $1 and name = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = Versions });
        command.Parameters.Add(new NpgsqlParameter { Value = $"第{Versions}版" });
        Assert.Equal((long)organizations.Count, await command.ExecuteScalarAsync(_limit.Token));
    }

    [Fact]
    public async Task Manual_ShowsTheConsumerThatIsTested()
    {
        var manual = await LinesAsync("README.md");
        var begin = manual.FindIndex(line => line == "await using var connection = await database.OpenConnectionAsync(cancellationToken);");
        Assert.True(begin > 0 && manual[begin - 1] == "```csharp", "The example begins with its connection.");
        var shown = manual.Skip(begin).TakeWhile(line => line != "```").ToList();

        var source = await LinesAsync("OrganizationCopy.cs");

        Assert.True(shown.Count > 20);
        Assert.Equal(shown, source.SkipWhile(line => line != shown[0]).Take(shown.Count));
    }

    // Runs the consumer, again whenever it breaks off, until so many changes took effect.
    private async Task FollowAsync(TestHub hub, NpgsqlDataSource database, int changes)
    {
        var client = await hub.NodeAsync(TestHub.Daye);
        while (await ChangesAsync(database) < changes)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
            var following = OrganizationCopy.FollowAsync(client, database, stop.Token);
            while (!following.IsCompleted && await ChangesAsync(database) < changes)
            {
                await Task.WhenAny(following, Task.Delay(10, _limit.Token));
            }

            await stop.CancelAsync();
            var end = await Assert.ThrowsAnyAsync<Exception>(() => following);
            Assert.True(end is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.RaiseException }, $"{end}");
        }

        Assert.Equal(changes, await ChangesAsync(database));
    }

    // None before the consumer knows where it is: it would begin with the state again.
    private async Task<long> ChangesAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select coalesce(sum(changes), 0) from organization_copy, copy_position where position is not null");
        return (long)(await command.ExecuteScalarAsync(_limit.Token))!;
    }

    private async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(_limit.Token);
    }

    private async Task<List<string>> LinesAsync(string file) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "example", file), _limit.Token)).Select(line => line.Trim())];
}
