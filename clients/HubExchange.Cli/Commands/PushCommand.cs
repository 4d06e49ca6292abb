using System.CommandLine;
using HubExchange.Cli.Push;
using HubExchange.Client;
using HubExchange.Client.Files;
using HubExchange.Client.Push;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl push FILE...</c></summary>
internal sealed class PushCommand : Command
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "CSV 或 JSON Lines 文件,按给出的顺序推送 Files, pushed in this order", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _type = new("--type") { Description = "类型,默认取自文件名 Type id, from the file name unless given", HelpName = "T" };
    private readonly Option<string?> _source = new("--source") { Description = "节点,默认取自证书 Node, from the certificate unless given", HelpName = "ND" };
    private readonly Option<string> _stream = new("--stream") { Description = "流名称 Name of the stream", DefaultValueFactory = _ => "hubctl", HelpName = "S" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "只检查文件,不推送 Check the files only" };
    private readonly Option<bool> _snapshot = new("--snapshot")
    {
        Description = "文件即该类型的全部数据:枢纽中有而文件中没有的将被删除 The files are everything there is of their types: what is not in them is deleted",
    };

    private readonly Option<int> _batch = new("--batch") { Description = "每帧记录数,1-1000 Records per frame", DefaultValueFactory = _ => 500, HelpName = "N" };

    public PushCommand(Runner runner)
        : base("push", "推送表格或 JSON Lines 文件中的记录 Push the records of spreadsheets or JSON Lines files")
    {
        Add(_files);
        Add(_type);
        Add(_source);
        Add(_stream);
        Add(_dryRun);
        Add(_snapshot);
        Add(_batch);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        // Every file must be readable before anything is sent.
        var files = invocation.Get(_files).Select(path => InputFile.Open(path, invocation.Get(_type))).ToArray();
        return invocation.Get(_dryRun)
            ? Check(invocation.Screen, files)
            : await PushAsync(invocation, files, cancellationToken);
    }

    private static int Check(Screen screen, RecordFile[] files)
    {
        var report = new PushReport(screen);
        foreach (var file in files)
        {
            report.AddChecked(FileCheck.Run(file));
        }

        return report.ShowChecks();
    }

    private async Task<int> PushAsync(Invocation invocation, RecordFile[] files, CancellationToken cancellationToken)
    {
        var clientOptions = invocation.Connection.ForWriting();
        await using var client = new HubClient(clientOptions);
        var source = invocation.Get(_source)
            ?? NodeOfCertificate.Read(clientOptions.CertificateFile)
            ?? await SourceOfCallerAsync(client, cancellationToken);
        var options = new PushOptions { Stream = invocation.Get(_stream), BatchSize = invocation.Get(_batch) };

        using var progress = new ProgressLine(invocation.Screen);
        await using var session = await client.OpenPushAsync(
            source, files.Select(file => file.Type), options, progress, cancellationToken);
        var pushes = new List<FilePush>();
        var snapshot = invocation.Get(_snapshot) ? new SnapshotPush(session, files) : null;
        for (var i = 0; i < files.Length; i++)
        {
            await (snapshot?.BeforeAsync(i, cancellationToken) ?? Task.CompletedTask);
            pushes.Add(await FilePush.SendAsync(files[i], session, pushes.Sum(push => push.Sent), cancellationToken));
            await (snapshot?.AfterAsync(i, pushes, cancellationToken) ?? Task.CompletedTask);
        }

        var result = await session.CompleteAsync(cancellationToken);
        progress.Dispose();
        return new PushReport(invocation.Screen).Show(source, pushes, result);
    }

    private static async Task<string> SourceOfCallerAsync(HubClient client, CancellationToken cancellationToken)
    {
        var caller = await client.GetCallerAsync(cancellationToken);
        return caller.Node is { Length: > 0 } node
            ? node
            : throw new UsageException("请用 --source 指定节点。", "Say which node sends with --source.");
    }
}
