using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Simulator.Filling;
using HubExchange.Simulator.Generation;
using HubExchange.V1;

namespace HubExchange.Simulator.Attending;

/// <summary>
/// The nodes of a city attend at a hub that was filled with it. Either everything is reconciled once, or the largest type of one node is, for a
/// certificate to show, and the nodes attend until they are stopped. What anybody else pushes in their name is extra then and taken back.
/// </summary>
internal sealed class CityAttendance(AttendOptions options, FillScreen screen)
{
    private const string Stream = "simulator";
    private const string DamageStream = "damage";
    private const int Parallel = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan WelcomeLimit = TimeSpan.FromSeconds(60);

    private readonly DataFolder _folder = new(options.DataFolder);
    private readonly ConcurrentDictionary<string, HubClient> _clients = new();

    private string CertificateFile => Path.Combine(Path.GetFullPath(options.DataFolder), "reconciliation.json");

    /// <returns>Whether hub and nodes are equal.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var nodes = Read();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var welcomed = nodes.ConvertAll(WelcomeOf);
        foreach (var node in nodes)
        {
            node.Attended.Noticed += (_, notice) => screen.Say($"{node.Node}:{notice.MessageZh}", $"{node.Node}: {notice.MessageEn}");
        }

        var attending = nodes.ConvertAll(node => ClientOf(node).AttendAsync(node.Node, node.Attended, new PushOptions { Stream = Stream }, stop.Token));
        try
        {
            var allAttend = Task.WhenAll(welcomed);
            await await Task.WhenAny([allAttend, .. attending]).WaitAsync(WelcomeLimit, cancellationToken);
            screen.Say($"{nodes.Count} 个节点值守对账。", $"{nodes.Count} nodes attend.");
            foreach (var node in nodes.Where(_ => options.Damage > 0))
            {
                await NodeDamage.InjectAsync(ClientOf(node), node, DamageStream, options.Damage, cancellationToken);
            }

            if (options.IsOnce)
            {
                return await ReconcileAsync(nodes, cancellationToken);
            }

            await CertifyAsync(nodes, cancellationToken);
            await await Task.WhenAny(attending);
            return true;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(attending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var client in _clients.Values)
            {
                await client.DisposeAsync();
            }
        }
    }

    private List<NodeHoldings> Read()
    {
        var reference = ReferenceFiles.Read(options.ReferenceFolder).Select(record => (Node: CityNodes.Center, Record: record));
        var city = City.Generate(options.City).Nodes.SelectMany(node => node.Records, (node, record) => (node.Node, Record: record));
        return
        [
            .. reference.Concat(city)
                .GroupBy(pair => pair.Node, pair => pair.Record)
                .Where(node => options.Nodes.Count == 0 || options.Nodes.Contains(node.Key))
                .Select(node => new NodeHoldings(node.Key, node)),
        ];
    }

    private async Task<bool> ReconcileAsync(List<NodeHoldings> nodes, CancellationToken cancellationToken)
    {
        var results = new ConcurrentBag<V1.Reconciliation>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(
            nodes.SelectMany(node => node.Types, (node, type) => (Node: node, Type: type)),
            limit,
            async (pair, cancellation) => results.Add(await ReconcileAsync(pair.Node, pair.Type, cancellation)));
        var unequal = results.Where(run => run.State is not (ReconciliationState.Equal or ReconciliationState.Mended)).ToList();
        foreach (var run in unequal)
        {
            screen.Error(
                string.Create(CultureInfo.InvariantCulture, $"{run.Source} 的 {run.Type} 不一致,见 hubctl reconcile show {run.Id}。{run.Failure}"),
                string.Create(CultureInfo.InvariantCulture, $"{run.Type} of {run.Source} differs; see hubctl reconcile show {run.Id}. {run.Failure}"));
        }

        screen.Say(
            $"对账 {results.Count} 次:缺 {results.Sum(run => run.Missing)}、多 {results.Sum(run => run.Extra)}、旧 {results.Sum(run => run.Stale)}、分叉 {results.Sum(run => run.Forks)},修复 {results.Sum(run => run.Mended)}。",
            $"{results.Count} reconciliations: {results.Sum(run => run.Missing)} missing, {results.Sum(run => run.Extra)} extra, {results.Sum(run => run.Stale)} stale, {results.Sum(run => run.Forks)} forks, {results.Sum(run => run.Mended)} mended.");
        return unequal.Count == 0;
    }

    // A heartbeat that differs has the hub reconcile by itself.
    private async Task<V1.Reconciliation> ReconcileAsync(NodeHoldings node, EntityType type, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ClientOf(node).RunReconciliationAsync(type, node.Node, cancellationToken: cancellationToken);
            }
            catch (HubException exception) when (exception.Reason == ErrorReason.ReconciliationRunning)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private async Task CertifyAsync(List<NodeHoldings> nodes, CancellationToken cancellationToken)
    {
        var (node, type) = nodes.SelectMany(node => node.Types, (node, type) => (Node: node, Type: type)).MaxBy(pair => pair.Node.CountOf(pair.Type));
        var run = await ReconcileAsync(node, type, cancellationToken);
        if (run.State is not (ReconciliationState.Equal or ReconciliationState.Mended))
        {
            screen.Error($"{node.Node} 与枢纽不一致。{run.Failure}", $"{node.Node} and the hub differ. {run.Failure}");
            return;
        }

        var certificate = await ClientOf(node).GetReconciliationCertificateAsync(run.Id, cancellationToken);
        await File.WriteAllTextAsync(CertificateFile, JsonFormatter.Default.Format(certificate) + "\n", cancellationToken);
        screen.Say(
            $"{node.Node} 的 {run.SourceCount} 条{type.Label}记录与枢纽一致,证书:{CertificateFile}",
            $"{run.SourceCount} records {type.Id} of {node.Node} are the same in the hub: clients/hubctl certificate verify {CertificateFile} --ca {Path.GetFullPath(options.CaFile)}");
    }

    private static Task WelcomeOf(NodeHoldings node)
    {
        var welcomed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Attended.Attending += (_, _) => welcomed.TrySetResult();
        return welcomed.Task;
    }

    private HubClient ClientOf(NodeHoldings node) => _clients.GetOrAdd(node.Node, name => new HubClient(new HubClientOptions
    {
        Address = options.Hub,
        CaFile = options.CaFile,
        CertificateFile = _folder.CertificateOf(name),
        KeyFile = _folder.KeyOf(name),
        Deadline = TimeSpan.FromMinutes(5),
    }));
}
