using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using Spectre.Console;

namespace HubExchange.Cli;

/// <summary>Where output goes: results to standard output, everything else to standard error.</summary>
internal sealed class Screen
{
    // A pipe has no width; tables must not be folded for the program that reads them.
    private const int PipeWidth = 240;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default
        .WithPreserveProtoFieldNames(true)
        .WithTypeRegistry(TypeRegistry.FromMessages(CityEntityTypes.All.All.Select(type => type.Message))));

    private readonly TextWriter _out = Console.Out;
    private readonly IAnsiConsole _results;
    private readonly IAnsiConsole _messages;

    public Screen(bool isJson, bool noColor)
    {
        IsJson = isJson;
        var plain = noColor || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        _results = Create(Console.Out, plain || Console.IsOutputRedirected, Console.IsOutputRedirected);
        _messages = Create(Console.Error, plain || Console.IsErrorRedirected, Console.IsErrorRedirected);
    }

    public bool IsJson { get; }

    /// <summary>A table whose cells are plain text, never markup.</summary>
    public static Table Table(params string[] headings)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        return table;
    }

    public void Show(Table table) => _results.Write(table);

    /// <summary>A line of text, folded for people only.</summary>
    public void Line(string text)
    {
        if (Console.IsOutputRedirected)
        {
            _out.WriteLine(text);
        }
        else
        {
            _results.WriteLine(text);
        }
    }

    public void Json(IMessage message) => Json(ToJson(message));

    public void Json(JsonNode node) => _out.WriteLine(node.ToJsonString(JsonOptions));

    /// <summary>JSON in one line however long it is, as for programs that read line by line.</summary>
    public void JsonLine(JsonNode node) => _out.WriteLine(node.ToJsonString(OneLine));

    public static JsonNode ToJson(IMessage message) => JsonNode.Parse(Formatter.Format(message))!;

    public static JsonArray ToJson(IEnumerable<IMessage> messages) => new([.. messages.Select(ToJson)]);

    /// <summary>A remark beside the result.</summary>
    public void Note(string text) => _messages.WriteLine(text, new Style(Color.Grey));

    public void ShowBeside(Table table) => _messages.Write(table);

    /// <summary>An error: Chinese, then English, then details.</summary>
    public void Error(string zh, string en, params ReadOnlySpan<string> details)
    {
        _messages.WriteLine($"错误:{zh}", new Style(Color.Red));
        _messages.WriteLine($"Error: {en}");
        foreach (var detail in details)
        {
            _messages.WriteLine($"  {detail}", new Style(Color.Grey));
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool plain, bool isPipe)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isPipe)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }
}
