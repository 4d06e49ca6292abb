using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Simulator.Generation;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.EndToEnd;

/// <summary>G8 for a whole city: what is wrong is in quarantine with its reason, what is sound is stored, and nothing is anywhere else.</summary>
public sealed class DirtyTests(FilledHub filled) : IClassFixture<FilledHub>
{
    private static readonly City City = City.Generate(FilledHub.Options);

    [Fact]
    public async Task FaultyRecords_AreInQuarantine_WithTheirRule()
    {
        var expected = City.Nodes
            .SelectMany(node => node.Records, (node, record) => (node.Node, Record: record))
            .Where(pair => pair.Record.ExpectedRule is not null)
            .Select(pair => (pair.Node, pair.Record.Type.Id, Key: KeyOf(pair.Record), Rules: pair.Record.ExpectedRule!))
            .ToHashSet();
        await using var bureau = Bureau();

        var found = (await bureau.ListQuarantinedRecordsAsync(pageSize: 1_000).ToListAsync())
            .Select(record => (record.Source, record.Type, record.Key, Rules: string.Join(' ', RulesOf(record))))
            .ToHashSet();

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), found.Order());
    }

    [Fact]
    public async Task SoundRecords_AreStored_AndFaultyOnesAreNot()
    {
        await using var bureau = Bureau();
        foreach (var node in City.Nodes)
        {
            foreach (var type in node.Records.GroupBy(record => record.Type))
            {
                var stored = await bureau.ListAsync(type.Key.Id, pageSize: 1_000, source: node.Node).Select(record => record.Key).ToHashSetAsync();
                var sound = type.Where(record => record.ExpectedRule is null).Select(KeyOf).ToHashSet();
                var faulty = type.Where(record => record.ExpectedRule is not null).Select(KeyOf).Except(sound);

                Assert.Empty(sound.Except(stored));
                Assert.Empty(faulty.Intersect(stored));
            }
        }
    }

    [Fact]
    public async Task SecondFill_StoresNothingNew()
    {
        var before = await SnapshotAsync();

        var again = await filled.FillAsync();

        Assert.True(again.ExitCode == 0, again.StandardError);
        Assert.Equal(before, await SnapshotAsync());
    }

    private HubClient Bureau() => new(filled.Hub.Anonymous with { Token = filled.BureauToken });

    // The hub keys records by their canonical text.
    private static string KeyOf(GeneratedRecord record)
    {
        var normalized = record.Type.Parse(record.Record.ToByteString());
        RecordNormalizer.Normalize(record.Type, normalized);
        return record.Type.KeyOf(normalized);
    }

    private static IEnumerable<string> RulesOf(QuarantinedRecord record) => record.Violations
        .Where(violation => violation.Severity == Severity.Error).Select(violation => violation.Rule).Distinct().Order(StringComparer.Ordinal);

    // Every row that is current with its revision, and every older version.
    private async Task<List<string>> SnapshotAsync()
    {
        await using var connection = await filled.Hub.ConnectToDatabaseAsync();
        var snapshot = new List<string>();
        foreach (var type in CityEntityTypes.All.All)
        {
            await using var command = new NpgsqlCommand(
                $"""
                select concat_ws(' ', count(*), sum(hub_revision), max(hub_recorded_at), (select count(*) from {type.Id}_version))
                from {type.Id}
                """,
                connection);
            snapshot.Add($"{type.Id} {await command.ExecuteScalarAsync()}");
        }

        return snapshot;
    }
}
