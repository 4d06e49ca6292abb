using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;

namespace HubExchange.Cli;

/// <summary>Opens a file of records with the type from <c>--type</c> or its name.</summary>
internal static class InputFile
{
    public static RecordFile Open(string path, string? typeId)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"没有文件 {path}。", $"There is no file {path}.");
        }

        var types = CityEntityTypes.All;
        if (typeId is null)
        {
            return RecordFile.Open(path, RecordFile.TypeOf(path, types) ?? throw new UsageException(
                $"从文件名 {Path.GetFileName(path)} 看不出类型。请用 --type 指定,或把文件命名为“类型.csv”,如 enterprise.organization.csv。",
                $"The name {Path.GetFileName(path)} does not say the type. Give --type, or name the file TYPE.csv, e.g. enterprise.organization.csv."));
        }

        return RecordFile.Open(path, types.Find(typeId) ?? throw new UsageException(
            $"没有类型 {typeId}。可用:{string.Join("、", types.All.Select(type => type.Id))}",
            $"There is no type {typeId}. Known: {string.Join(", ", types.All.Select(type => type.Id))}"));
    }
}
