using System.Collections.Frozen;
using Google.Protobuf;
using HubExchange.Benchmarks.Load;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.Server.Query.Aggregation;
using HubExchange.Server.Query.Filters;
using HubExchange.Server.Query.Places;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using EntityType = HubExchange.Contracts.Entities.EntityType;

namespace HubExchange.Benchmarks.Query;

/// <summary>
/// How much longer does what the hub compiles take than SQL written by hand for the same answer? Both run in this process through
/// Npgsql, without gRPC, and both make the same messages of the rows; compiling, and cutting what a caller may not see, counts on the
/// hub's side.
/// </summary>
internal sealed class CompiledSql : IBenchmark
{
    private static readonly EntityTypes Types = CityEntityTypes.All;

    private static readonly EntityType Organization = Types.Find(QueryShape.Organization)!;

    private static readonly Caller Bureau = new(
        "bench",
        "bureau",
        "",
        NodeKind.Unspecified,
        FrozenSet.Create("record.read", "record.read.conditional", "record.read.personal"),
        DateTimeOffset.MaxValue);

    public string Name => "query.sql";

    public async Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var city = await bench.LargeCityAsync(cancellationToken);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("Storage:ConnectionString", city.ConnectionString)])
            .Build();
        await using var storage = await HubStorage.OpenAsync(configuration, Types, NullLoggerFactory.Instance, cancellationToken);
        var reader = new RecordReader(storage, Types, TimeProvider.System);
        var rare = await QueryShape.SelectiveAsync(city, cancellationToken);
        var (get, list, aggregate) = (PlainSql.Read("Get"), PlainSql.Read("ListByUnit"), QueryShape.WithPlaces("Aggregate"));
        var calls = bench.Options.IsQuick ? 20 : 200;
        return
        [
            await MeasureAsync<Record>(
                "get",
                "按主键取一条",
                "one record by its key",
                calls * 5,
                async call => [(await reader.GetAsync(Organization, Key(call), "", ReadTime.Current, Bureau, null, cancellationToken))!],
                async call => await RecordsAsync(get, Key(call)),
                TextOf),
            await MeasureAsync<Record>(
                "list",
                "筛选一页",
                "one page of a filter",
                calls,
                async call => await ListAsync(reader, rare[call % rare.Count], cancellationToken),
                async call => (await RecordsAsync(list, rare[call % rare.Count].Unit, rare[call % rare.Count].Industry)).Take(QueryShape.PageSize),
                TextOf),
            await MeasureAsync<string>(
                "aggregate",
                "全市按单位×园区汇总",
                "whole city by unit and zone",
                calls / 10,
                async _ => await AggregateAsync(storage, cancellationToken),
                async _ => AggregateWhileWriting.RowsOf(await city.DataSource.RowsAsync(aggregate, cancellationToken)),
                row => row),
        ];

        Task<List<Record>> RecordsAsync(string sql, params object[] parameters) =>
            city.DataSource.RowsAsync(sql, row => RecordRow.Read(Organization, row, access: null), cancellationToken, parameters);

        string Key(int call) => city.Organizations[call % city.Organizations.Count];

        async Task<Measurement> MeasureAsync<T>(
            string what, string zh, string en, int count, Func<int, Task<IEnumerable<T>>> compiled, Func<int, Task<IEnumerable<T>>> written, Func<T, string> textOf)
        {
            var (ours, peers) = (new List<double>(), new List<double>());
            for (var run = -1; run < bench.Options.Runs; run++)
            {
                // Turn by turn, so that what else the machine does concerns both. Who comes second finds the rows in the processor's caches, so
                // each of them comes first half of the times.
                var (first, second) = (new double[count], new double[count]);
                for (var i = 0; i < count; i++)
                {
                    IEnumerable<T> left = [], right = [];
                    foreach (var isOurs in new[] { i % 2 == 0, i % 2 != 0 })
                    {
                        if (isOurs)
                        {
                            first[i] = (await Pace.TimeAsync(1, async _ => left = await compiled(i)))[0];
                        }
                        else
                        {
                            second[i] = (await Pace.TimeAsync(1, async _ => right = await written(i)))[0];
                        }
                    }

                    QueryShape.EnsureSame($"{Name}.{what}", left.Select(textOf), right.Select(textOf));
                }

                if (run >= 0)
                {
                    ours.Add(Statistics.Median(first));
                    peers.Add(Statistics.Median(second));
                }
            }

            return new Measurement($"{Name}.{what}", $"编译的 SQL:{zh},p50", $"compiled SQL: {en}, p50", "ms", ours)
            {
                Target = Target.RatioAtMost(1.2),
                Peer = QueryShape.Peer,
                PeerValues = peers,
            };
        }
    }

    private static string TextOf(Record record) => Convert.ToBase64String(record.ToByteArray());

    private static async Task<IEnumerable<Record>> ListAsync(RecordReader reader, (string Unit, string Industry) of, CancellationToken cancellationToken)
    {
        var filter = FilterParser.Parse($"reporting_unit = \"{of.Unit}\" AND industry_code = \"{of.Industry}\"");
        var page = await reader.ListAsync(
            Organization, new ListQuery(filter, "", "", ReadTime.Current, null, QueryShape.PageSize, null), Bureau, cancellationToken);
        return page.Records;
    }

    // As AggregateReader does it for what is current.
    private static async Task<IEnumerable<string>> AggregateAsync(HubStorage storage, CancellationToken cancellationToken)
    {
        var request = QueryShape.UnitByZone();
        var plan = AggregatePlan.Read(request, Organization, Types, Bureau);
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var book = await PlaceBook.ReadAsync(storage, Types, connection, ReadTime.Current, today, cancellationToken);
        await using var command = new NpgsqlCommand { Connection = connection };
        var sql = new AggregateSql(plan, "", "", new RecordRows(storage, ReadTime.Current, command.Parameters), Types, today, book, book.Find(""));
        command.CommandText = sql.Groups("", 0, request.PageSize);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var page = await CellPage.ReadAsync(rows, plan, cancellationToken);
        return [.. page.Rows.Select(row => string.Join(' ', row.Groups.Append(row.Values[0])))];
    }
}
