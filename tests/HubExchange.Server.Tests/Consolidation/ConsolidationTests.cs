using CsCheck;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Enterprise.V1;
using HubExchange.Sample.V1;
using HubExchange.Testing;
using HubExchange.V1;
using static HubExchange.Server.Tests.MadeUpTypeTests;

namespace HubExchange.Server.Tests.Consolidation;

/// <summary>What consolidated views show of a key that several sources report.</summary>
public sealed class ConsolidationTests(GadgetHub fixture) : IClassFixture<GadgetHub>
{
    private const string Hub = "HUB";
    private const int Cases = 150;

    private static readonly EntityType Gadgets = Types.Of<Gadget>();

    [Fact]
    public async Task SourcesThatAgree_MakeOneRecordWithItsProvenance()
    {
        await PushAsync(TestHub.Zone, NodeKind.Zone, Make("AGREE"));
        await PushAsync(TestHub.Daye, NodeKind.County, Make("AGREE"));

        var record = (await GetAsync("AGREE")).Envelope;

        Assert.Equal((Hub, true, 1L), (record.Source, record.Consolidated, record.Revision));
        Assert.Empty(record.DisputedFields);
        Assert.Equal(TestHub.Daye, record.Provenance["name"]);
        Assert.DoesNotContain("retired_on", record.Provenance.Keys);
        Assert.Equal(RecordHash.Compute(Gadgets, Make("AGREE")), record.Hash.ToByteArray());
        var city = await fixture.Hub.PersonAsync("bureau");
        Assert.Single(await city.ListAsync<Gadget>("gadget_id = \"AGREE\"").ToListAsync());
    }

    [Fact]
    public async Task Disagreement_IsRecorded_AndTheBestRankedKindCounts()
    {
        await PushAsync(TestHub.Zone, NodeKind.Zone, new Gadget(Make("DISPUTE")) { Name = "园区所报", PriceFen = 1 });
        await PushAsync(TestHub.Daye, NodeKind.County, new Gadget(Make("DISPUTE")) { Name = "县市所报", PriceFen = 2 });

        var record = await GetAsync("DISPUTE");

        Assert.Equal(("县市所报", 2L), (record.Value.Name, record.Value.PriceFen));
        Assert.Equal(["name", "price_fen"], record.Envelope.DisputedFields);
        var zones = await (await fixture.Hub.PersonAsync("bureau")).GetAsync<Gadget>("DISPUTE", TestHub.Zone);
        Assert.Equal(("园区所报", false), (zones.Value.Name, zones.Envelope.Consolidated));
    }

    [Fact]
    public async Task FieldWithItsOwnAuthority_ComesFromThere_AndAnEmptyOneFromWhoFillsItIn()
    {
        var county = Make("FIELDS");
        county.Parts.Clear();
        county.ClearPriceFen();
        await PushAsync(TestHub.Daye, NodeKind.County, county);
        await PushAsync(TestHub.Zone, NodeKind.Zone, new Gadget(Make("FIELDS")) { Name = "别名", Uses = { "园区用途" }, PriceFen = 0 });

        var (value, envelope) = (await GetAsync("FIELDS"), (await GetAsync("FIELDS")).Envelope);

        Assert.Equal(county.Name, value.Value.Name);
        Assert.Equal(["测量", "a,\"b\"", "园区用途"], value.Value.Uses);
        Assert.Equal(2, value.Value.Parts.Count);
        Assert.True(value.Value is { HasPriceFen: true, PriceFen: 0 });
        Assert.Equal(
            [(TestHub.Daye, "name"), (TestHub.Zone, "parts"), (TestHub.Zone, "price_fen"), (TestHub.Zone, "uses")],
            envelope.Provenance.Where(pair => pair.Key is "name" or "parts" or "price_fen" or "uses").Select(pair => (pair.Value, pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(["name", "uses"], envelope.DisputedFields);
    }

    [Fact]
    public async Task DeletionAtOneSource_LeavesTheOthersRecord_AndAtAllNone()
    {
        await PushAsync(TestHub.Daye, NodeKind.County, Make("GONE"));
        await PushAsync(TestHub.Zone, NodeKind.Zone, new Gadget(Make("GONE")) { Name = "园区所报" });

        await DeleteAsync(TestHub.Daye, NodeKind.County, "GONE");
        var survivor = await GetAsync("GONE");
        await DeleteAsync(TestHub.Zone, NodeKind.Zone, "GONE");
        var error = await Assert.ThrowsAsync<HubException>(() => GetAsync("GONE"));
        await PushAsync(TestHub.Zone, NodeKind.Zone, Make("GONE"));
        await PushAsync(TestHub.Daye, NodeKind.County, Make("GONE"));

        Assert.Equal((TestHub.Zone, "园区所报"), (survivor.Source, survivor.Value.Name));
        Assert.Equal(ErrorReason.RecordNotFound, error.Reason);
        Assert.Equal((Hub, 3L), ((await GetAsync("GONE")).Source, (await GetAsync("GONE")).Revision));
    }

    [Fact]
    public async Task ChangeThatMakesNoDifference_MakesNoNewVersion()
    {
        await PushAsync(TestHub.Daye, NodeKind.County, Make("SAME"));
        await PushAsync(TestHub.Zone, NodeKind.Zone, new Gadget(Make("SAME")) { Name = "其他" });

        // Still disputed, still the county's name.
        var counts = await PushAsync(TestHub.Zone, NodeKind.Zone, new Gadget(Make("SAME")) { Name = "再改" });

        Assert.Equal(1, counts.Stored);
        Assert.Equal(1, (await GetAsync("SAME")).Revision);
    }

    [Fact]
    public async Task SourcesThatWriteTheSameNewKeysAtOnce_LeaveOneRecordEach()
    {
        var county = await fixture.Hub.NodeAsync(TestHub.Daye);
        var zone = await fixture.Hub.NodeAsync(TestHub.Zone, NodeKind.Zone);
        var organizations = Enumerable.Range(0, 200).Select(_ => Testing.Make.Organization()).ToList();

        var responses = await Task.WhenAll(organizations.Chunk(20).SelectMany(chunk => new[]
        {
            county.PushAsync(TestHub.Daye, chunk),
            zone.PushAsync(TestHub.Zone, chunk.Reverse()),
        }));

        Assert.Equal(400, responses.Sum(response => response.Counts.Stored));
        var city = await fixture.Hub.PersonAsync("bureau");
        foreach (var organization in organizations)
        {
            Assert.Equal(Hub, (await city.GetAsync<Organization>(organization.Uscc)).Source);
        }
    }

    /// <summary>Whatever three sources do in whatever order, views show what the words of the contract say.</summary>
    [Fact]
    public async Task AnyOrderOfChanges_EndsInTheSameRecord()
    {
        (string Node, NodeKind Kind)[] nodes = [(TestHub.Daye, NodeKind.County), (TestHub.Zone, NodeKind.Zone), ("ND-420222", NodeKind.County)];
        var steps = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 4]).Array[1, 8];
        var number = 0;
        await steps.SampleAsync(
            async changes =>
            {
                var key = $"ANY-{Interlocked.Increment(ref number)}";
                var current = new SortedDictionary<int, Gadget>();
                foreach (var (node, name, price, hasUses, operation) in changes)
                {
                    if (operation == 0)
                    {
                        current.Remove(node);
                        await DeleteAsync(nodes[node].Node, nodes[node].Kind, key);
                        continue;
                    }

                    var gadget = new Gadget { GadgetId = key, Name = $"名{name}", State = GadgetState.Running };
                    if (price > 0)
                    {
                        gadget.PriceFen = price;
                    }

                    gadget.Uses.Add(hasUses ? [$"用{name}"] : []);
                    current[node] = gadget;
                    await PushAsync(nodes[node].Node, nodes[node].Kind, gadget);
                }

                if (current.Count == 0)
                {
                    await Assert.ThrowsAsync<HubException>(() => GetAsync(key));
                    return;
                }

                var shown = await GetAsync(key);
                Assert.Equal(Expected(key, current, nodes), shown.Value);
                Assert.Equal(current.Count > 1 ? Hub : nodes[current.Keys.Single()].Node, shown.Source);
            },
            iter: Cases,
            threads: 4);
    }

    // Counties before the park, the lower node id first; uses from the park first.
    private static Gadget Expected(string key, SortedDictionary<int, Gadget> current, (string Node, NodeKind Kind)[] nodes)
    {
        var byType = current.OrderBy(pair => pair.Key == 1).ThenBy(pair => nodes[pair.Key].Node, StringComparer.Ordinal).Select(pair => pair.Value).ToList();
        var forUses = current.OrderBy(pair => pair.Key != 1).ThenBy(pair => nodes[pair.Key].Node, StringComparer.Ordinal).Select(pair => pair.Value).ToList();
        var expected = new Gadget { GadgetId = key, Name = byType[0].Name, State = GadgetState.Running };
        if (byType.Find(gadget => gadget.HasPriceFen) is { } priced)
        {
            expected.PriceFen = priced.PriceFen;
        }

        expected.Uses.Add(forUses.Find(gadget => gadget.Uses.Count > 0)?.Uses ?? []);
        return expected;
    }

    private async Task<HubRecord<Gadget>> GetAsync(string key) => await (await fixture.Hub.PersonAsync("bureau")).GetAsync<Gadget>(key);

    private async Task<PushCounts> PushAsync(string node, NodeKind kind, Gadget gadget) =>
        (await (await fixture.Hub.NodeAsync(node, kind)).PushRecordsAsync(node, Gadgets, [new Change { Record = gadget.ToByteString() }])).Counts;

    private async Task DeleteAsync(string node, NodeKind kind, string key) =>
        await (await fixture.Hub.NodeAsync(node, kind)).PushRecordsAsync(node, Gadgets, [new Change { Delete = key }]);
}
