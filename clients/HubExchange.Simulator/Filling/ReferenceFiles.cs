using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Filling;

/// <summary>Reads the reference files of a city. Divisions come first, because the hub judges other records by them.</summary>
internal static class ReferenceFiles
{
    private static readonly string[] First = ["region.division", "region.zone", "region.reporting_unit", "hub.node"];

    /// <exception cref="FillException">A file is missing, unreadable or has a wrong row.</exception>
    public static List<GeneratedRecord> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FillException($"没有参考数据目录 {folder}。", $"There is no folder {folder} with reference files.");
        }

        var files = Directory.GetFiles(folder)
            .Select(path => (Path: path, Type: RecordFile.TypeOf(path, CityEntityTypes.All)))
            .Where(file => file.Type is not null)
            .OrderBy(file => Rank(file.Type!))
            .ThenBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        foreach (var type in First.Where(type => !files.Exists(file => file.Type!.Id == type)))
        {
            throw new FillException($"{folder} 中缺少 {type} 的文件。", $"{folder} has no file of {type}.");
        }

        return [.. files.SelectMany(file => Read(file.Path, file.Type!))];
    }

    private static IEnumerable<GeneratedRecord> Read(string path, EntityType type)
    {
        foreach (var row in RecordFile.Open(path, type).ReadRows())
        {
            yield return row.Record is { } record
                ? new GeneratedRecord(type, record, null)
                : throw new FillException(
                    $"{path}:{string.Join(';', row.Problems)}",
                    $"{path}, line {row.Line}: {string.Join("; ", row.Problems.Select(problem => problem.En))}");
        }
    }

    private static int Rank(EntityType type)
    {
        var rank = Array.IndexOf(First, type.Id);
        return rank < 0 ? First.Length : rank;
    }
}
