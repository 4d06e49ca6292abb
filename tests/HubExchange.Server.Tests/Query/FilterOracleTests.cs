using HubExchange.Client;
using HubExchange.Sample.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Query;

/// <summary>Lists with random filters and orders agree with an evaluator that works on messages in memory and knows nothing of SQL.</summary>
public sealed class FilterOracleTests(FilterOracleData data) : IClassFixture<FilterOracleData>
{
    private const string Day = "2031-03-05";

    /// <summary>Who reads what: a person of the bureau, or a node that sees of the referred type only its own; now, or as of a day.</summary>
    [Theory]
    [InlineData(1, 1500, "bureau", "", "")]
    [InlineData(2, 1000, "bureau", "", Day)]
    [InlineData(3, 1000, "bureau", "-", "")]
    [InlineData(4, 500, "bureau", "-", Day)]
    [InlineData(5, 1000, FilterOracleData.Other, "", "")]
    [InlineData(6, 500, FilterOracleData.Other, TestHub.Daye, Day)]
    public async Task RandomFilters_AgreeWithTheOracle(int seed, int cases, string caller, string source, string effectiveOn)
    {
        var client = caller == "bureau" ? await data.Hub.PersonAsync(caller) : await data.Hub.NodeAsync(caller);
        var today = effectiveOn.Length > 0
            ? DateOnly.Parse(effectiveOn, System.Globalization.CultureInfo.InvariantCulture)
            : DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        var world = await FilterOracleData.WorldAsync(client, today, source);
        var fields = FilterOracleField.All(isPersonalVisible: caller == "bureau");
        var (matches, rows) = (0, 0);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, cases),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            async (number, cancellationToken) =>
            {
                var random = new Random((seed * 100_000) + number);
                var generator = new FilterOracleGenerator(random, world, fields);
                var tree = generator.Tree(depth: 3);
                var (orderBy, order) = random.Next(3) == 0 ? generator.Order() : ("", FilterOracleGenerator.ByKey);
                var expected = world.Rows.Where(row => tree.Holds(world, row)).ToList();
                expected.Sort(order);

                var query = new RecordQuery
                {
                    Filter = tree.Text,
                    OrderBy = orderBy,
                    Source = source,
                    EffectiveOn = effectiveOn,
                    PageSize = random.Next(4) == 0 ? 7 : 1000,
                    Fields = ["case_id"],
                };
                List<string> found;
                try
                {
                    found = await client.ListAsync<OracleCase>(query, cancellationToken).Select(record => $"{record.Key}/{record.Source}").ToListAsync(cancellationToken);
                }
                catch (HubException e)
                {
                    throw new InvalidOperationException($"seed {seed}, case {number}: {tree.Text} order by {orderBy}: {e.Message}", e);
                }

                var wanted = expected.Select(row => $"{row.Envelope.Key}/{row.Envelope.Source}").ToList();
                Assert.True(wanted.SequenceEqual(found), $"seed {seed}, case {number}: {tree.Text} order by {orderBy}\nexpected {string.Join(' ', wanted)}\nfound    {string.Join(' ', found)}");
                Interlocked.Add(ref rows, found.Count);
                Interlocked.Add(ref matches, found.Count > 0 && found.Count < world.Rows.Count ? 1 : 0);
            });

        // Filters that hold for everything or nothing would prove little.
        Assert.True(matches > cases / 3, $"{matches} of {cases} filters divide the records, {rows} rows in all.");
    }
}
