using HubExchange.Cli;
using HubExchange.Cli.Commands;

var runner = new Runner();

return await runner.RunAsync(
    [
        new PushCommand(runner),
        new GetCommand(runner),
        new ListCommand(runner),
        new AggregateCommand(runner),
        new HistoryCommand(runner),
        new ScorecardCommand(runner),
        new ExportCommand(runner),
        new WatchCommand(runner),
        new HoldersCommand(runner),
        new ProfileCommand(runner),
        new LayoutCommand(runner),
        new CatalogCommand(runner),
        new QuarantineCommand(runner),
        new FindingCommand(runner),
        new ShareCommand(runner),
        new QualityCommand(runner),
        new JobCommand(runner),
        new StreamCommand(runner),
        new SnapshotCommand(runner),
        new ReconcileCommand(runner),
        new CertificateCommand(runner),
        new AuditCommand(runner),
        new NodeCommand(runner),
        new TokenCommand(runner),
        new WhoAmICommand(runner),
        new SchemaCommand(runner),
        new HashCommand(runner),
    ],
    args);
