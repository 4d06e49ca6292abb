using System.CommandLine;
using HubExchange.Client;
using HubExchange.Client.Files;
using HubExchange.Simulator.Filling;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Attending;

/// <summary><c>hubexchange-simulator attend</c></summary>
internal sealed class AttendCommand : Command
{
    private readonly Option<string> _hub = new("--hub") { Description = "枢纽地址 Address of the hub", HelpName = "URL", Required = true };

    private readonly Option<string> _ca = new("--ca") { Description = "枢纽 CA 证书(PEM) CA certificate of the hub", HelpName = "FILE", Required = true };

    private readonly Option<string> _data = new("--data") { Description = "fill 写入的目录 Folder that fill has written", HelpName = "DIR", Required = true };

    private readonly Option<string> _reference = new("--reference") { Description = "参考数据目录 Folder with the reference files", HelpName = "DIR", Required = true };

    private readonly Option<string[]> _nodes = new("--node") { Description = "只由这些节点值守,可多次给出 Only these nodes, may be given again", HelpName = "ND" };

    private readonly Option<int> _damage = new("--damage") { Description = "每节点每种损坏的记录数 Records of each node to damage in each way" };

    private readonly Option<bool> _once = new("--once") { Description = "全部对账一次后结束 Reconcile everything once and end" };

    private readonly CityArguments _city = new();

    public AttendCommand()
        : base("attend", "模拟城市的各节点值守对账 The nodes of the simulated city attend for reconciliation")
    {
        Option[] all = [_hub, _ca, _data, _reference, _nodes, _damage, _once];
        foreach (var option in all)
        {
            Add(option);
        }

        _city.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var screen = new FillScreen(Console.Out, TextWriter.Synchronized(Console.Error));
        try
        {
            var hub = Uri.TryCreate(parsed.GetRequiredValue(_hub), UriKind.Absolute, out var address)
                ? address
                : throw new FillException("--hub 须为 https 地址,如 https://localhost:7443。", "--hub must be an https address, e.g. https://localhost:7443.");
            var options = new AttendOptions(
                hub, parsed.GetRequiredValue(_ca), parsed.GetRequiredValue(_data), parsed.GetRequiredValue(_reference),
                _city.Read(parsed), parsed.GetValue(_nodes) ?? [], Math.Max(0, parsed.GetValue(_damage)), parsed.GetValue(_once));
            return await new CityAttendance(options, screen).RunAsync(cancellationToken) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (HubException exception)
        {
            screen.Error(exception);
        }
        catch (FillException exception)
        {
            screen.Error(exception.Zh, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or RecordFileException)
        {
            screen.Error($"文件无法读写:{exception.Message}", $"A file cannot be read or written: {exception.Message}");
        }

        return 1;
    }
}
