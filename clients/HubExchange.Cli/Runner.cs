using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using HubExchange.Client;
using HubExchange.Client.Files;
using HubExchange.V1;

namespace HubExchange.Cli;

/// <summary>Runs a command and turns whatever goes wrong into plain words and an exit code.</summary>
internal sealed class Runner
{
    private readonly GlobalOptions _options = new();

    public async Task<int> RunAsync(IEnumerable<Command> commands, string[] args)
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        var root = new RootCommand("hubctl:科技数据交换枢纽命令行 The command line of HubExchange");
        _options.AddTo(root);
        foreach (var command in commands)
        {
            root.Add(command);
        }

        var parsed = root.Parse(args is [] ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            Report(parsed);
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>Makes <paramref name="run"/> what the command does.</summary>
    public void Bind(Command command, Func<Invocation, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var screen = new Screen(parsed.GetValue(_options.Output) == "json", parsed.GetValue(_options.NoColor));
            try
            {
                return await run(new Invocation(parsed, screen, new Connection(_options, parsed, screen)), cancellationToken);
            }
            catch (HubException exception)
            {
                Report(screen, exception);
                return ExitCode.Of(exception);
            }
            catch (UsageException exception)
            {
                screen.Error(exception.Zh, exception.En);
                return ExitCode.Usage;
            }
            catch (RecordFileException exception)
            {
                FileReport.Show(screen, exception);
                return ExitCode.Error;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                screen.Error($"文件无法读写:{exception.Message}", $"A file cannot be read or written: {exception.Message}");
                return ExitCode.Error;
            }
            catch (OperationCanceledException)
            {
                screen.Error("已中断。重新执行是安全的。", "Interrupted. Running it again is safe.");
                return ExitCode.Error;
            }
        });

    private static void Report(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            names.Insert(0, command.Command.Name);
        }

        var help = string.Join(' ', names);
        new Screen(isJson: false, noColor: false).Error(
            $"命令行有误。用 {help} --help 查看用法。",
            $"The command line is wrong; {help} --help shows how to use it.",
            [.. parsed.Errors.Select(error => error.Message)]);
    }

    private static void Report(Screen screen, HubException exception)
    {
        var details = new List<string>();
        if (exception.Reason != ErrorReason.Unspecified)
        {
            details.Add($"原因 Reason: {exception.ReasonName} ({exception.StatusCode})");
        }

        details.AddRange(exception.FieldViolations.Select(violation => $"{violation.Field}: {violation.Description}"));
        if (exception.RequestId is { Length: > 0 } id)
        {
            details.Add($"请求编号 Request id: {id}");
        }

        if (exception.RetryDelay is { } delay)
        {
            details.Add($"请在 {delay.TotalSeconds:0.#} 秒后重试 Try again in {delay.TotalSeconds:0.#} s");
        }

        screen.Error(exception.MessageZh, exception.MessageEn, details.ToArray());
    }
}
