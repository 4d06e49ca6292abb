using HubExchange.Benchmarks.Load;
using HubExchange.V1;

namespace HubExchange.Benchmarks.Query;

/// <summary>What the questions about queries have in common.</summary>
internal static class QueryShape
{
    /// <summary>What reports call the peer.</summary>
    public const string Peer = "hand-written SQL through Npgsql";

    /// <summary>The type most questions are about.</summary>
    public const string Organization = "enterprise.organization";

    /// <summary>The type whose records organisations are asked for.</summary>
    public const string Contract = "technology.tech_contract";

    /// <summary>Records of a page.</summary>
    public const int PageSize = 50;

    /// <summary>Statement that begins with what is known of the places.</summary>
    public static string WithPlaces(string name) => PlainSql.Read("Around") + PlainSql.Read(name);

    /// <summary>Every organisation by unit and zone of the layout.</summary>
    public static AggregateRecordsRequest UnitByZone() => new()
    {
        Type = Organization,
        Groups = { "@unit", "@zone" },
        Measures = { new Measure { Id = "records", Function = MeasureFunction.Count } },
        PageSize = 1_000,
    };

    /// <summary>Units and the industries that are rare in them: at most one organisation in a hundred of the city.</summary>
    public static async Task<List<(string Unit, string Industry)>> SelectiveAsync(FilledCity city, CancellationToken cancellationToken)
    {
        var rows = await city.DataSource.RowsAsync(
            """
            select reporting_unit, industry_code
            from enterprise.organization
            where hub_consolidated and reporting_unit is not null and industry_code is not null
            group by 1, 2
            having count(*) <= 0.01 * (select count(*) from enterprise.organization where hub_consolidated)
            order by md5(reporting_unit || industry_code)
            """,
            cancellationToken);
        return rows.Count > 0
            ? rows.ConvertAll(row => ((string)row[0], (string)row[1]))
            : throw new InvalidOperationException("The city has no rare industry.");
    }

    /// <summary>Fails when two sides do not say the same.</summary>
    public static void EnsureSame<T>(string what, IEnumerable<T> ours, IEnumerable<T> peers)
    {
        var (left, right) = (ours.Order().ToList(), peers.Order().ToList());
        if (!left.SequenceEqual(right))
        {
            throw new InvalidOperationException(
                $"{what}: hub and peer differ, e.g. {string.Join(" / ", left.Except(right).Take(3))} against {string.Join(" / ", right.Except(left).Take(3))}.");
        }
    }
}
