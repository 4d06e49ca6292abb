using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl audit verify [--after POSITION:HASH]</c></summary>
internal sealed class AuditVerifyCommand : Command
{
    private readonly Option<string?> _after = new("--after")
    {
        Description = "从上次核验所得的“编号:散列”接着核验 Go on from the number:hash of a verification before",
        HelpName = "N:HASH",
    };

    public AuditVerifyCommand(Runner runner)
        : base("verify", "核验审计链:有无改动、缺失 Verify the chain: whether anything was changed or is gone")
    {
        Add(_after);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var after = invocation.Get(_after) is { Length: > 0 } text ? MarkOf(text) : null;
        await using var client = invocation.OpenForReading();
        var result = await client.VerifyAuditAsync(after, cancellationToken);
        var screen = invocation.Screen;
        if (screen.IsJson)
        {
            screen.Json(result);
        }
        else
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"已核验 {result.Entries} 条审计记录。 {result.Entries} entries verified."));
            Show(screen, "首条 First", result.First);
            Show(screen, "末条 Last ", result.Last);
            screen.Line(result.Broken is { } broken
                ? string.Create(CultureInfo.InvariantCulture, $"审计链在第 {broken.Position} 条处断裂:{Of(broken.Fault)}。 The chain is broken at entry {broken.Position}.")
                : "审计链完好。 The chain is whole.");
        }

        if (result.Last is { } last && result.Broken is null)
        {
            screen.Note(string.Create(CultureInfo.InvariantCulture,
                $"请在枢纽之外保存,下次以此核验 Keep it outside the hub for the next time: --after {last.Position}:{Hex(last.Hash)}"));
        }

        return result.Broken is null ? ExitCode.Ok : ExitCode.Error;
    }

    private static void Show(Screen screen, string label, AuditMark? mark)
    {
        if (mark is not null)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{label}:{mark.Position} {TimeText.Of(mark.RecordedAt)} {Hex(mark.Hash)}"));
        }
    }

    private static string Of(AuditFault fault) => fault switch
    {
        AuditFault.Altered => "内容或散列被改动 altered",
        AuditFault.Missing => "记录缺失 missing",
        AuditFault.Added => "不是枢纽所写 not written by the hub",
        _ => "",
    };

    private static string Hex(ByteString hash) => Convert.ToHexStringLower(hash.Span);

    private static AuditMark MarkOf(string text)
    {
        try
        {
            if (text.Split(':') is [var number, var hash] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                return new AuditMark { Position = position, Hash = ByteString.CopyFrom(Convert.FromHexString(hash)) };
            }
        }
        catch (FormatException)
        {
            // Told below.
        }

        throw new UsageException(
            $"--after 无法识别“{text}”,应为 hubctl audit verify 给出的 编号:散列。", $"--after '{text}' is no number:hash as hubctl audit verify gives it.");
    }
}
