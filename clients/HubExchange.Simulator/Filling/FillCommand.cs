using System.CommandLine;
using HubExchange.Client;
using HubExchange.Client.Files;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Filling;

/// <summary><c>hubexchange-simulator fill</c></summary>
internal sealed class FillCommand : Command
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    private readonly Option<string> _hub = new("--hub")
    {
        Description = "枢纽地址 Address of the hub",
        HelpName = "URL",
        DefaultValueFactory = _ => "https://localhost:7443",
    };

    private readonly Option<string> _ca = new("--ca") { Description = "枢纽 CA 证书(PEM) CA certificate of the hub", HelpName = "FILE", Required = true };

    private readonly Option<string> _adminToken = new("--admin-token-file")
    {
        Description = "含管理员令牌的文件 File with a token of an administrator",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _data = new("--data") { Description = "存放证书、私钥和 demo.json 的目录 Folder for certificates, keys and demo.json", HelpName = "DIR", Required = true };

    private readonly Option<string> _reference = new("--reference") { Description = "参考数据目录 Folder with the reference files", HelpName = "DIR", Required = true };

    private readonly CityArguments _city = new();

    public FillCommand()
        : base("fill", "用一座模拟城市的数据填充枢纽,可重复执行 Fill a hub with a simulated city; may be run again")
    {
        Option[] all = [_hub, _ca, _adminToken, _data, _reference];
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
            return await new HubFill(Read(parsed), screen).RunAsync(cancellationToken) ? Ok : Failed;
        }
        catch (HubException exception)
        {
            screen.Error(exception);
            return Failed;
        }
        catch (FillException exception)
        {
            screen.Error(exception.Zh, exception.Message);
            return Failed;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            screen.Error(
                $"{exception.ParamName} 的值 {exception.ActualValue} 超出范围:规模 0.05–100,错误比例 0–0.5,年份 2010–2090。",
                $"{exception.ParamName} is {exception.ActualValue}, out of range: scale 0.05-100, share of errors 0-0.5, year 2010-2090.");
            return Usage;
        }
        catch (RecordFileException exception)
        {
            screen.Error(exception.Message, string.Join("; ", exception.Problems.Select(problem => problem.En)));
            return Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            screen.Error($"文件无法读写:{exception.Message}", $"A file cannot be read or written: {exception.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            screen.Error("已中断。重新执行是安全的。", "Interrupted. Running it again is safe.");
            return Failed;
        }
    }

    private FillOptions Read(ParseResult parsed) => new(
        Uri.TryCreate(parsed.GetRequiredValue(_hub), UriKind.Absolute, out var hub)
            ? hub
            : throw new FillException("--hub 须为 https 地址,如 https://localhost:7443。", "--hub must be an https address, e.g. https://localhost:7443."),
        parsed.GetRequiredValue(_ca),
        parsed.GetRequiredValue(_adminToken),
        parsed.GetRequiredValue(_data),
        parsed.GetRequiredValue(_reference),
        _city.Read(parsed));
}
