using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl certificate</c></summary>
internal sealed class CertificateCommand : Command
{
    public CertificateCommand(Runner runner)
        : base("certificate", "对账证书 Certificates of reconciliation") => Add(new CertificateVerifyCommand(runner));
}
