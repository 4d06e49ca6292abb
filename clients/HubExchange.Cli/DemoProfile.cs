using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubExchange.Cli;

/// <summary>Addresses and identities of the demo hub, as <c>server/run</c> writes them to <c>.data/demo.json</c>.</summary>
internal sealed record DemoProfile(
    string? Grpc,
    string? Ca,
    IReadOnlyDictionary<string, string>? Tokens,
    IReadOnlyDictionary<string, DemoProfile.Node>? Nodes)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [JsonIgnore]
    public string Folder { get; private init; } = "";

    /// <summary>The profile of the current folder or the nearest parent that has one, else null.</summary>
    public static DemoProfile? Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, ".data", "demo.json");
            if (File.Exists(path))
            {
                return Read(path);
            }
        }

        return null;
    }

    /// <summary>A path of the profile, which may be relative to its folder or to the folder above.</summary>
    public string? Resolve(string? path) => path is null ? null : ((string[])
        [
            Path.Combine(Folder, path),
            Path.Combine(Path.GetDirectoryName(Folder) ?? "", path),
        ]).FirstOrDefault(File.Exists) ?? path;

    private static DemoProfile Read(string path)
    {
        try
        {
            var profile = JsonSerializer.Deserialize<DemoProfile>(File.ReadAllText(path), Options)!;
            return profile with { Folder = Path.GetDirectoryName(path)! };
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{path} 不是有效的 JSON:{exception.Message}", $"{path} is not valid JSON: {exception.Message}");
        }
    }

    internal sealed record Node(string Cert, string Key);
}
