using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Snapshots;

/// <summary>Whatever two streams, unary pushes and the bureau do in whatever order, the hub comes to what the model says.</summary>
public sealed class SnapshotModelTests(StrictHub fixture) : IClassFixture<StrictHub>
{
    private const int Steps = 120;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnyOrderOfFramesMarksAndDecisions_ComesToWhatTheModelSays(int seed)
    {
        var random = new Random(seed);
        var hub = fixture.Hub;
        var node = SnapshotStream.NewNode();
        var keys = Enumerable.Range(0, 14).Select(_ => Make.Uscc()).ToArray();
        var model = new SnapshotModel(free: 4);
        var bureau = await hub.PersonAsync("bureau");
        var client = await hub.NodeAsync(node);
        var streams = new Dictionary<string, SnapshotStream>();
        var seen = new HashSet<SnapshotState>();
        for (var step = 0; step < Steps; step++)
        {
            var name = random.Next(3) == 0 ? "two" : "one";
            var where = $"seed {seed}, step {step}";
            if (random.Next(10) == 0 && streams.Remove(name, out var left))
            {
                await left.DisposeAsync();
            }

            if (model.Waiting is not null && random.Next(4) == 0)
            {
                await DecideAsync(isApproved: random.Next(3) > 0);
            }
            else
            {
                var stream = streams.TryGetValue(name, out var open) ? open : streams[name] = await SnapshotStream.OpenAsync(hub, node, name);
                await SendAsync(stream, name, where);
            }

            Assert.True(model.Live.SetEquals(await hub.KeysAsync(node)), where);
        }

        // Otherwise the test would have gone past what it is about.
        Assert.Equal([SnapshotState.Open, SnapshotState.Waiting, SnapshotState.Applied, SnapshotState.Abandoned], seen.Order());
        foreach (var stream in streams.Values)
        {
            await stream.DisposeAsync();
        }

        async Task DecideAsync(bool isApproved)
        {
            var waiting = await bureau.ListSnapshotsAsync(source: node, state: SnapshotState.Waiting).SingleAsync();
            var deletions = await bureau.ListSnapshotDeletionsAsync(waiting.Id).Select(deletion => deletion.Key).ToListAsync();
            Assert.Equal(model.Waiting!.Order(StringComparer.Ordinal), deletions);
            _ = isApproved ? await bureau.ApproveSnapshotAsync(waiting.Id) : await bureau.RejectSnapshotAsync(waiting.Id, "不实");
            model.Decide(isApproved);
        }

        async Task SendAsync(SnapshotStream stream, string name, string where)
        {
            var mark = random.Next(8) switch
            {
                0 or 1 => SnapshotMark.Begin,
                2 or 3 when model.MayEnd(name) => SnapshotMark.End,
                4 when model.MayEnd(name) && random.Next(3) == 0 => SnapshotMark.Abort,
                _ => SnapshotMark.Unspecified,
            };
            var isUnary = mark == SnapshotMark.Unspecified && random.Next(4) == 0;
            var changes = keys
                .Where(_ => random.Next(3) == 0)
                .Select(key => (Key: key, IsStored: random.Next(6) switch { 0 => false, 1 => (bool?)null, _ => true }))
                .DefaultIfEmpty((keys[0], true))
                .Take(mark != SnapshotMark.Unspecified && random.Next(3) == 0 ? 0 : int.MaxValue)
                .ToList();
            var expected = model.Take(isUnary ? "" : name, mark, changes);

            var sent = changes.ConvertAll(change => ChangeOf(change.Key, change.IsStored, random.Next(2)));
            if (isUnary)
            {
                await client.PushRecordsAsync(node, CityEntityTypes.All.Of<Organization>(), sent);
                return;
            }

            await stream.PostAsync(mark, sent);
            var outcome = (await stream.AckAsync()).Snapshots.SingleOrDefault();
            Assert.True(outcome is null == expected is null, where);
            if (outcome is not null)
            {
                seen.Add(outcome.State);
                Assert.Equal((where, expected!.Value.State, (long)expected.Value.Deletions), (where, outcome.State, outcome.Deletions));
            }
        }
    }

    private static Change ChangeOf(string key, bool? isStored, int version) => isStored switch
    {
        false => new Change { Delete = key },
        true => new Change { Record = Make.Organization(key, $"第{version}版").ToByteString() },
        null => new Change { Record = Make.Organization(key, "").ToByteString() },
    };
}
