using System.CommandLine;
using System.Text.Json.Nodes;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl node enroll ID</c></summary>
internal sealed class NodeEnrollCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "节点编号,如 ND-420281 Node id" };
    private readonly Option<string> _out = new("--out") { Description = "存放证书与私钥的目录 Folder for certificate and key", HelpName = "DIR", Required = true };
    private readonly Option<int> _days = new("--days") { Description = "有效天数,默认 397 Days of validity, 397 unless given" };

    public NodeEnrollCommand(Runner runner)
        : base("enroll", "为节点申请证书,私钥只保存在本机 Issue a certificate; the key stays on this machine")
    {
        Add(_id);
        Add(_out);
        Add(_days);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var identity = await client.EnrollNodeAsync(invocation.Get(_id), invocation.Get(_days), cancellationToken);

        var folder = Directory.CreateDirectory(invocation.Get(_out)).FullName;
        var certificate = Path.Combine(folder, $"{identity.Node}.crt");
        var key = Path.Combine(folder, $"{identity.Node}.key");
        var ca = Path.Combine(folder, "ca.crt");
        await WriteKeyAsync(key, identity.KeyPem, cancellationToken);
        await File.WriteAllTextAsync(certificate, identity.CertificatePem, cancellationToken);
        await File.WriteAllTextAsync(ca, identity.CaPem, cancellationToken);

        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(new JsonObject
            {
                ["node"] = identity.Node,
                ["cert"] = certificate,
                ["key"] = key,
                ["ca"] = ca,
                ["expires_at"] = identity.ExpiresAt,
            });
        }
        else
        {
            invocation.Screen.Line($"证书 Certificate: {certificate}");
            invocation.Screen.Line($"私钥 Key: {key}");
            invocation.Screen.Line($"CA: {ca}");
            invocation.Screen.Note($"有效期至 Valid until {identity.ExpiresAt.ToLocalTime():yyyy-MM-dd}");
        }

        return ExitCode.Ok;
    }

    // Readable by its owner only from the first byte on.
    private static async Task WriteKeyAsync(string path, string pem, CancellationToken cancellationToken)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new StreamWriter(path, options);
        await file.WriteAsync(pem.AsMemory(), cancellationToken);
    }
}
