using System.CommandLine;
using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl findings raise TYPE KEY</c></summary>
internal sealed class FindingRaiseCommand : Command
{
    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };
    private readonly Argument<string> _key = new("KEY") { Description = "主键 Key" };
    private readonly Option<string?> _field = new("--field") { Description = "字段 Field", HelpName = "F" };
    private readonly Option<string?> _expected = new("--expected") { Description = "应为 What is right", HelpName = "TEXT" };
    private readonly Option<string> _reason = new("--reason") { Description = "依据 What it rests on", HelpName = "TEXT", Required = true };

    public FindingRaiseCommand(Runner runner)
        : base("raise", "对一条记录提出校核申请 Raise a doubt about a record")
    {
        Add(_type);
        Add(_key);
        Add(_field);
        Add(_expected);
        Add(_reason);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForWriting();
        var finding = await client.RaiseFindingAsync(
            new RaiseFindingRequest
            {
                Type = invocation.Get(_type),
                Key = invocation.Get(_key),
                Field = invocation.Get(_field) ?? "",
                Expected = invocation.Get(_expected) ?? "",
                Reason = invocation.Get(_reason),
            },
            cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(finding);
        }
        else
        {
            invocation.Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{finding.Id}  {FindingText.Of(finding.State)}  {finding.Zh}"));
        }

        return ExitCode.Ok;
    }
}
