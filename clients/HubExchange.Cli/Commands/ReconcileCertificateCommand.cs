using System.CommandLine;
using Google.Protobuf;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl reconcile certificate ID FILE</c></summary>
internal sealed class ReconcileCertificateCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "对账编号 Number of the reconciliation" };
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "写入的文件 File to write" };

    public ReconcileCertificateCommand(Runner runner)
        : base("certificate", "下载对账证书 Save the certificate of equality")
    {
        Add(_id);
        Add(_file);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var certificate = await client.GetReconciliationCertificateAsync(invocation.Get(_id), cancellationToken);
        var path = invocation.Get(_file).FullName;
        await File.WriteAllTextAsync(path, JsonFormatter.Default.Format(certificate) + "\n", cancellationToken);
        invocation.Screen.Line(path);
        return ExitCode.Ok;
    }
}
