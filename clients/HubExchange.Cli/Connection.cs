using System.CommandLine;
using HubExchange.Client;

namespace HubExchange.Cli;

/// <summary>Decides where to call and as whom: options first, then the environment, then the demo profile.</summary>
internal sealed class Connection(GlobalOptions options, ParseResult parsed, Screen screen)
{
    private const string DefaultHub = "https://localhost:7443";
    private const string DefaultReader = "bureau";

    private readonly Lazy<DemoProfile?> _demo = new(() => DemoProfile.Find(Directory.GetCurrentDirectory()));

    /// <summary>Options for a client that reads: without any identity, a demo hub is read as the bureau.</summary>
    public HubClientOptions ForReading()
    {
        var client = Given();
        if (client.Token is null && client.CertificateFile is null && _demo.Value is not null)
        {
            screen.Note($"未指定身份,使用演示身份 {DefaultReader}(可用 --as 更换)。 No identity given, reading as {DefaultReader}.");
            return As(client, DefaultReader);
        }

        return client;
    }

    /// <summary>Options for a client that changes something: who does it must be said.</summary>
    public HubClientOptions ForWriting()
    {
        var client = Given();
        return client.Token is null && client.CertificateFile is null
            ? throw new UsageException(
                "请指定身份:--cert 与 --key(节点)、--token(个人),或在演示环境中用 --as,如 --as ND-420281、--as admin。",
                "Say who you are: --cert and --key (node), --token (person), or with the demo hub --as, e.g. --as ND-420281, --as admin.")
            : client;
    }

    /// <summary>CA certificate of the hub; null when none is named.</summary>
    public string? CaFile => Value(options.Ca, "HUBCTL_CA") ?? _demo.Value?.Resolve(_demo.Value.Ca);

    private HubClientOptions Given()
    {
        var hub = Value(options.Hub, "HUBCTL_HUB") ?? _demo.Value?.Grpc ?? DefaultHub;
        if (!Uri.TryCreate(hub, UriKind.Absolute, out var address))
        {
            throw new UsageException($"--hub 不是有效地址:{hub}", $"--hub is not an address: {hub}");
        }

        var client = new HubClientOptions
        {
            Address = address,
            CaFile = CaFile,
        };

        // An identity on the command line wins as a whole over one in the environment.
        if (parsed.GetValue(options.As) is { Length: > 0 } name)
        {
            return As(client, name);
        }

        var isExplicit = parsed.GetValue(options.Token) is not null || parsed.GetValue(options.Certificate) is not null;
        return client with
        {
            Token = isExplicit ? parsed.GetValue(options.Token) : Value(options.Token, "HUBCTL_TOKEN"),
            CertificateFile = isExplicit ? parsed.GetValue(options.Certificate) : Value(options.Certificate, "HUBCTL_CERT"),
            KeyFile = Value(options.Key, "HUBCTL_KEY"),
        };
    }

    private HubClientOptions As(HubClientOptions client, string name)
    {
        var demo = _demo.Value ?? throw new UsageException(
            "当前目录及上级目录中没有 .data/demo.json,--as 仅用于演示环境(由 server/run 启动)。",
            "There is no .data/demo.json here or above; --as works with the demo hub (started by server/run).");
        if (demo.Tokens?.GetValueOrDefault(name) is { } token)
        {
            return client with { Token = token };
        }

        if (demo.Nodes?.GetValueOrDefault(name) is { } node)
        {
            return client with { CertificateFile = demo.Resolve(node.Cert), KeyFile = demo.Resolve(node.Key) };
        }

        var known = string.Join(", ", (demo.Tokens?.Keys ?? []).Concat(demo.Nodes?.Keys ?? []));
        throw new UsageException($"没有演示身份 {name}。可用:{known}", $"There is no demo identity {name}. Known: {known}");
    }

    private string? Value(Option<string?> option, string variable) =>
        parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);
}
