using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Faults;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>Counts that follow the feed may have what was committed a moment ago and is not settled yet.</summary>
public sealed class KeptCountsTests
{
    private const string Node = "ND-420281";

    [Fact]
    public async Task CountsBetweenCommitAndAnswer_AreThoseOfTheirInstant()
    {
        // The hub knows for longer than usual only from the database that a batch is committed.
        await using var hub = await HubProcess.StartAsync(hub => hub.FailPoints = $"{FailPoint.AfterCommit}=delay:300");
        await using var admin = new HubClient(hub.Admin);
        await using var bureau = new HubClient(hub.Anonymous with { Token = (await admin.IssueTokenAsync("测试", "bureau")).Token });
        await using var city = new HubClient(await hub.EnrolAsync("ND-CITY"));
        await city.PushRecordsAsync(
            "ND-CITY", CityEntityTypes.All.Of<Node>(), [new Change { Record = new Node { NodeId = Node, Name = Node, Kind = NodeKind.County }.ToByteString() }]);
        await using var node = new HubClient(await hub.EnrolAsync(Node));

        var answers = new List<AggregateRecordsResponse>();
        for (var round = 0; round < 5; round++)
        {
            var pushing = node.PushRecordsAsync(
                Node, CityEntityTypes.All.Of<Organization>(), [new Change { Record = Make.Organization().ToByteString() }]);
            do
            {
                answers.Add(await bureau.AggregateAsync(Counting()));
            }
            while (!pushing.IsCompleted);

            await pushing;
        }

        var last = await bureau.AggregateAsync(Counting());
        Assert.Equal("5", last.Total.Values[0].Value);
        foreach (var answer in answers)
        {
            var request = Counting();
            request.RecordedAsOf = answer.RecordedAsOf;
            Assert.Equal((await bureau.AggregateAsync(request)).Total.Values[0].Value, answer.Total.Values[0].Value);
        }
    }

    private static AggregateRecordsRequest Counting() => new() { Type = "enterprise.organization", Groups = { "@unit" } };
}
