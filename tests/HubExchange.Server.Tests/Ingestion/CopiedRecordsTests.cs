using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>New records that are written by COPY hold the same as those that are written by statements.</summary>
public sealed class CopiedRecordsTests(SharedCluster cluster)
{
    [Fact]
    public async Task RecordsOfEveryType_AreWhatTheirPayloadsSay()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, JobRuns.Enabled, "--Ingestion:CopyFrom=1");
        var (county, city) = (await hub.NodeAsync(TestHub.Daye), await hub.CityAsync());
        foreach (var type in CityEntityTypes.All.All)
        {
            var (node, client) = type.MayPush(NodeKind.County) ? (TestHub.Daye, county) : (TestHub.City, city);
            IMessage[] records = [.. new[] { RecordSamples.Full(type), RecordSamples.Minimal(type) }.DistinctBy(type.KeyOf)];

            var answer = await client.PushRecordsAsync(
                node, type, records.Select(record => new Change { Record = record.ToByteString() }));
            Assert.Equal((type.Id, records.Length, 0), (type.Id, answer.Counts.Stored + answer.Counts.Unchanged, answer.Counts.Quarantined));
            foreach (var record in records)
            {
                var read = await client.GetAsync(type.Id, type.KeyOf(record), node);
                Assert.Equal(record, type.Parse(read.Payload.Value));
            }

            // Deleted and back: versions that replace others. And one that held before.
            await client.PushRecordsAsync(node, type, records.Select(record => new Change { Delete = type.KeyOf(record) }));
            var back = await client.PushRecordsAsync(
                node, type, records.Select(record => new Change { Record = record.ToByteString() }));
            var before = await client.PushRecordsAsync(
                node, type, records.Select(record => new Change { Record = record.ToByteString(), EffectiveFrom = "2019-01-01" }));
            Assert.Equal((type.Id, records.Length, records.Length), (type.Id, back.Counts.Stored, before.Counts.Stored));
        }

        // It reads every column of every row, which statements compare with the payload.
        var bureau = await hub.PersonAsync("bureau");
        var run = await bureau.RunToEndAsync("store-check");
        Assert.Equal((JobRunState.Succeeded, ""), (run.State, run.Problem));
        Assert.True(run.Examined >= CityEntityTypes.All.All.Count, $"{run.Examined} were checked.");
        Assert.Equal(0, run.Raised);
    }

    [Fact]
    public async Task RecordThatOnlyTheDatabaseRefuses_IsFoundAndTheOthersAreStored()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Ingestion:CopyFrom=2");
        var client = await hub.NodeAsync(TestHub.Daye);
        var records = Enumerable.Range(0, 40).Select(_ => Make.Organization()).ToArray();
        records[17].Address = "黄石\0港";

        var answer = await client.PushRecordsAsync(
            TestHub.Daye, CityEntityTypes.All.Of<Enterprise.V1.Organization>(), records.Select(record => new Change { Record = record.ToByteString() }));

        Assert.Equal((39, 1), (answer.Counts.Stored, answer.Counts.Quarantined));
        Assert.Equal(17, Assert.Single(answer.Rejected).Index);
        Assert.Equal(records[18], (await client.GetAsync<Enterprise.V1.Organization>(records[18].Uscc)).Value);
    }
}
