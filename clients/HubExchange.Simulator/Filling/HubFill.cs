using System.Collections.Concurrent;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Filling;

/// <summary>
/// Fills a hub the way real nodes do: certificates from the hub, records over push streams. Running it again is safe; the hub then has
/// everything already and says so.
/// </summary>
internal sealed class HubFill(FillOptions options, FillScreen screen)
{
    private const string ReferenceStream = "reference";
    private const string Stream = "simulator";
    private const int ParallelNodes = 4;
    private const int TokenHours = 720;

    private static readonly (string Role, string? Node)[] Roles =
        [("admin", null), ("bureau", null), ("county", Unit.Daye.Node), ("park", CityNodes.DayeLake), ("auditor", null)];

    private readonly DataFolder _folder = new(options.DataFolder);

    /// <summary>Fills the hub.</summary>
    /// <returns>Whether the hub did exactly what it had to.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var reference = ReferenceFiles.Read(options.ReferenceFolder);
        screen.Say("正在生成城市数据……", "Generating the city");
        var city = City.Generate(options.City);

        var token = (await File.ReadAllTextAsync(options.AdminTokenFile, cancellationToken)).Trim();
        await using var admin = new HubClient(Connection() with { Token = token });

        await EnrollAsync(admin, CityNodes.Center, cancellationToken);
        var reports = new List<NodeReport> { await PushAsync(CityNodes.Center, ReferenceStream, reference, cancellationToken) };
        foreach (var node in CityNodes.All.Where(node => node != CityNodes.Center))
        {
            await EnrollAsync(admin, node, cancellationToken);
        }

        reports.AddRange(await PushAsync(city, cancellationToken));
        var tokens = await IssueTokensAsync(admin, cancellationToken);
        await _folder.WriteDemoAsync(options.Hub, options.CaFile, tokens, CityNodes.All, cancellationToken);

        screen.Show(reports);
        screen.Show(options, _folder, tokens);
        return reports.TrueForAll(report => report.Mistakes.Count == 0);
    }

    private async Task<IEnumerable<NodeReport>> PushAsync(City city, CancellationToken cancellationToken)
    {
        var reports = new ConcurrentDictionary<string, NodeReport>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = ParallelNodes, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            city.Nodes,
            limit,
            async (node, cancellation) => reports[node.Node] = await PushAsync(node.Node, Stream, node.Records, cancellation));
        return city.Nodes.Select(node => reports[node.Node]);
    }

    private async Task<NodeReport> PushAsync(
        string node, string stream, IReadOnlyList<GeneratedRecord> records, CancellationToken cancellationToken)
    {
        await using var client = new HubClient(Connection() with
        {
            CertificateFile = _folder.CertificateOf(node),
            KeyFile = _folder.KeyOf(node),
        });
        var push = new PushOptions { Stream = stream, MaxRejected = records.Count };
        await using var session = await client.OpenPushAsync(
            node, records.Select(record => record.Type).Distinct(), push, screen.ProgressOf(node, records.Count), cancellationToken);
        foreach (var record in records)
        {
            await session.SendAsync(record.Type, record.Record, cancellationToken);
        }

        var report = PushCheck.Report(node, stream, records, await session.CompleteAsync(cancellationToken));
        screen.Say($"{node}:{report.Sent} 条已确认", $"{report.Sent} records acknowledged");
        return report;
    }

    private async Task EnrollAsync(HubClient admin, string node, CancellationToken cancellationToken) =>
        await _folder.WriteAsync(await admin.EnrollNodeAsync(node, cancellationToken: cancellationToken), cancellationToken);

    private static async Task<Dictionary<string, string>> IssueTokensAsync(HubClient admin, CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<string, string>();
        foreach (var (role, node) in Roles)
        {
            tokens[role] = (await admin.IssueTokenAsync($"demo-{role}", role, node, TokenHours, cancellationToken)).Token;
        }

        return tokens;
    }

    private HubClientOptions Connection() => new() { Address = options.Hub, CaFile = options.CaFile };
}
