using System.Globalization;
using HubExchange.Client;
using HubExchange.Client.Push;

namespace HubExchange.Simulator.Filling;

/// <summary>What the person at the terminal sees: results, and beside them progress and problems.</summary>
/// <param name="results">For tables and addresses.</param>
/// <param name="messages">For progress and problems; several nodes write to it at once.</param>
internal sealed class FillScreen(TextWriter results, TextWriter messages)
{
    private static readonly (string Heading, int Width)[] Columns =
        [("节点 Node", 12), ("数据流 Stream", 14), ("发送 Sent", 10), ("入库 Stored", 12), ("未变 Unchanged", 15), ("隔离 Quarantined", 17)];

    public void Say(string zh, string en) => messages.WriteLine($"{zh} {en}");

    public void Error(string zh, string en)
    {
        messages.WriteLine($"错误:{zh}");
        messages.WriteLine($"Error: {en}");
    }

    public void Error(HubException exception)
    {
        Error(exception.MessageZh, exception.MessageEn);
        foreach (var violation in exception.FieldViolations)
        {
            messages.WriteLine($"  {violation.Field}: {violation.Description}");
        }
    }

    /// <summary>Tells of broken connections at once, and of a long push about every quarter of it.</summary>
    public IProgress<PushProgress> ProgressOf(string node, int total) => new Progress(this, node, total);

    /// <summary>What became of the records of each node, and every mistake.</summary>
    public void Show(IReadOnlyList<NodeReport> reports)
    {
        results.WriteLine();
        results.WriteLine(string.Concat(Columns.Select((column, i) => Pad(column.Heading, column.Width, isNumber: i > 1))));
        foreach (var report in reports)
        {
            Row(report.Node, report.Stream, report.Sent, report.Stored, report.Unchanged, report.Quarantined);
        }

        Row("合计 Total", "", reports.Sum(report => report.Sent), reports.Sum(report => report.Stored),
            reports.Sum(report => report.Unchanged), reports.Sum(report => report.Quarantined));
        foreach (var report in reports.Where(report => report.Mistakes.Count > 0))
        {
            Error($"{report.Node} 的结果与预期不符:", $"{report.Node} did not go as it had to:");
            foreach (var mistake in report.Mistakes)
            {
                messages.WriteLine($"  {mistake}");
            }
        }
    }

    /// <summary>Where everything is and what to do next.</summary>
    public void Show(FillOptions options, DataFolder folder, IReadOnlyDictionary<string, string> tokens)
    {
        var address = options.Hub.GetLeftPart(UriPartial.Authority);
        var ca = Path.GetFullPath(options.CaFile);
        results.WriteLine();
        results.WriteLine($"地址 Address (gRPC, REST): {address}");
        results.WriteLine($"CA 证书 CA certificate: {ca}");
        results.WriteLine($"节点证书与演示身份 Certificates and demo identities: {folder.DemoFile}");
        results.WriteLine("令牌 Tokens:");
        foreach (var (role, token) in tokens)
        {
            results.WriteLine($"  {role,-8} {token}");
        }

        results.WriteLine("试一试 Try:");
        results.WriteLine("  clients/hubctl layout");
        results.WriteLine("  clients/hubctl list enterprise.organization --filter 'reporting_unit = \"420281\"'");
        results.WriteLine($"  curl --cacert '{ca}' -H 'authorization: Bearer {tokens["bureau"]}' {address}/v1/layout");
    }

    private void Row(string node, string stream, params ReadOnlySpan<long> numbers)
    {
        var line = Pad(node, Columns[0].Width, isNumber: false) + Pad(stream, Columns[1].Width, isNumber: false);
        for (var i = 0; i < numbers.Length; i++)
        {
            line += Pad(numbers[i].ToString("N0", CultureInfo.InvariantCulture), Columns[i + 2].Width, isNumber: true);
        }

        results.WriteLine(line);
    }

    private static string Pad(string text, int width, bool isNumber)
    {
        // Chinese characters take two columns.
        var blanks = new string(' ', Math.Max(1, width - text.Sum(c => c > '\u2E80' ? 2 : 1)));
        return isNumber ? blanks + text : text + blanks;
    }

    private sealed class Progress(FillScreen screen, string node, int total) : IProgress<PushProgress>
    {
        private long _said;

        public void Report(PushProgress value)
        {
            if (value.Interruption is { } interruption)
            {
                screen.Say($"{node}:连接中断,正在重连。{interruption.MessageZh}", $"Connecting again. {interruption.MessageEn}");
            }
            else if (value.Acknowledged - _said >= Math.Max(1_000, total / 4))
            {
                _said = value.Acknowledged;
                screen.Say($"{node}:{value.Acknowledged}/{total}", "");
            }
        }
    }
}
