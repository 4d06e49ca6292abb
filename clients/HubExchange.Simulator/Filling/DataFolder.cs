using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubExchange.Client;

namespace HubExchange.Simulator.Filling;

/// <summary>The files a demonstration needs afterwards. Only their owner can read them, and none is ever half written.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder;
    private readonly string _nodes;

    public DataFolder(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _nodes = Directory.CreateDirectory(Path.Combine(_folder, "nodes")).FullName;
    }

    /// <summary>Addresses and identities, for the command line and for people.</summary>
    public string DemoFile => Path.Combine(_folder, "demo.json");

    public string CertificateOf(string node) => Path.Combine(_nodes, $"{node}.crt");

    public string KeyOf(string node) => Path.Combine(_nodes, $"{node}.key");

    public async Task WriteAsync(NodeIdentity identity, CancellationToken cancellationToken)
    {
        await WriteAsync(KeyOf(identity.Node), identity.KeyPem, cancellationToken);
        await WriteAsync(CertificateOf(identity.Node), identity.CertificatePem, cancellationToken);
    }

    public Task WriteDemoAsync(
        Uri hub, string caFile, IReadOnlyDictionary<string, string> tokens, IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        var address = hub.GetLeftPart(UriPartial.Authority);
        var demo = new JsonObject
        {
            ["grpc"] = address,
            ["rest"] = address,
            ["ca"] = Path.GetFullPath(caFile),
            ["tokens"] = new JsonObject(tokens.Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value))),
            ["nodes"] = new JsonObject(nodes.Select(node => KeyValuePair.Create(
                node, (JsonNode?)new JsonObject { ["cert"] = CertificateOf(node), ["key"] = KeyOf(node) }))),
        };
        return WriteAsync(DemoFile, demo.ToJsonString(Json) + "\n", cancellationToken);
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // The mode is set as the file is created: there is no moment in which others could open it.
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            await using (var stream = new FileStream(draft, options))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            // Gone already when it was moved into place.
            File.Delete(draft);
        }
    }
}
