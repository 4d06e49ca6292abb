using System.Globalization;

namespace HubExchange.Benchmarks;

/// <summary>What to measure and how thoroughly.</summary>
/// <param name="Chosen">Benchmarks to run, in order.</param>
/// <param name="Runs">Runs of each; the median counts.</param>
/// <param name="IsQuick">Fewer records: a smoke test whose figures are not to be quoted.</param>
/// <param name="IsFull">Also those that take long.</param>
/// <param name="JsonFile">File for the figures, or null.</param>
internal sealed record BenchmarkOptions(
    IReadOnlyList<IBenchmark> Chosen, int Runs, bool IsQuick, bool IsFull, string? JsonFile)
{
    private const int UsualRuns = 5;
    private const int QuickRuns = 3;

    /// <summary>Records of one run of a rate.</summary>
    public int Records => IsQuick ? 20_000 : 200_000;

    /// <summary>Scale of the simulator for a city: 100,000 records a year.</summary>
    public double CityScale => IsQuick ? 0.1 : 5;

    /// <summary>Scale of the simulator for a million records a year.</summary>
    public double LargeCityScale => CityScale * 10;

    /// <summary>Reads the command line. Null: it is wrong, or asks for help.</summary>
    public static BenchmarkOptions? Parse(string[] args, IReadOnlyList<IBenchmark> all)
    {
        var chosen = new List<IBenchmark>();
        int? runs = null;
        var (isQuick, isFull) = (false, false);
        string? json = null;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    isQuick = true;
                    break;
                case "--full":
                    isFull = true;
                    break;
                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;
                case "--runs" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0:
                    runs = count;
                    i++;
                    break;
                default:
                    var found = all.Where(benchmark => Is(benchmark, args[i]) && !chosen.Contains(benchmark)).ToList();
                    if (found.Count == 0)
                    {
                        return null;
                    }

                    chosen.AddRange(found);
                    break;
            }
        }

        return chosen.Count == 0
            ? null
            : new BenchmarkOptions(chosen, runs ?? (isQuick ? QuickRuns : UsualRuns), isQuick, isFull, json);
    }

    /// <summary>Says what may be asked for.</summary>
    public static void PrintUsage(IReadOnlyList<IBenchmark> all)
    {
        Console.Error.WriteLine("名称 Names:");
        foreach (var group in all.GroupBy(benchmark => benchmark.Name[..benchmark.Name.IndexOf('.', StringComparison.Ordinal)]))
        {
            Console.Error.WriteLine($"  {group.Key}");
            foreach (var benchmark in group)
            {
                Console.Error.WriteLine($"    {benchmark.Name}{(benchmark.NeedsFull ? "    --full" : "")}");
            }
        }
    }

    private static bool Is(IBenchmark benchmark, string name) =>
        benchmark.Name == name || benchmark.Name.StartsWith($"{name}.", StringComparison.Ordinal);
}
