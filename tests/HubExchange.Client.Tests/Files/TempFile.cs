using System.Text;
using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;

namespace HubExchange.Client.Tests.Files;

/// <summary>A file that lives as long as its test.</summary>
internal sealed class TempFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hubexchange-");

    private TempFile(string name, byte[] content)
    {
        Path = System.IO.Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(Path, content);
    }

    public static EntityType Organizations { get; } = CityEntityTypes.All.Of<Organization>();

    public string Path { get; }

    public static TempFile Csv(string text) => new("enterprise.organization.csv", Encoding.UTF8.GetBytes(text));

    public static TempFile Json(string text) => new("enterprise.organization.jsonl", Encoding.UTF8.GetBytes(text));

    public static TempFile Encoded(string text, Encoding encoding) =>
        new("enterprise.organization.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);

    public static TempFile Bytes(string name, byte[] content) => new(name, content);

    public FileRow[] Rows() => [.. RecordFile.Open(Path, Organizations).ReadRows()];

    public Organization Single() => (Organization)Assert.Single(Rows()).Record!;

    public void Dispose() => _folder.Delete(recursive: true);
}
