using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl audit</c></summary>
internal sealed class AuditCommand : Command
{
    public AuditCommand(Runner runner)
        : base("audit", "审计:被裁剪的查询和被拒绝的调用(审计员) The audit: reads that were cut and calls that were refused, for auditors")
    {
        Add(new AuditListCommand(runner));
        Add(new AuditVerifyCommand(runner));
    }
}
