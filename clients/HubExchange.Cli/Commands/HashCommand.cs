using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using HubExchange.Client.Files;
using HubExchange.Contracts.Hashing;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl hash FILE</c>: works without a hub.</summary>
internal sealed class HashCommand : Command
{
    private readonly Argument<string> _file = new("FILE") { Description = "CSV 或 JSON Lines 文件 CSV or JSON Lines file" };
    private readonly Option<string?> _type = new("--type") { Description = "类型,默认取自文件名 Type id, from the file name unless given", HelpName = "T" };

    public HashCommand(Runner runner)
        : base("hash", "计算文件中每条记录的规范散列(离线) Canonical hash of every record of a file, offline")
    {
        Add(_file);
        Add(_type);
        runner.Bind(this, (invocation, _) => Task.FromResult(Run(invocation)));
    }

    private int Run(Invocation invocation)
    {
        var file = InputFile.Open(invocation.Get(_file), invocation.Get(_type));
        var problems = new List<FileProblem>();
        var json = new JsonArray();
        foreach (var row in file.ReadRows())
        {
            problems.AddRange(row.Problems);
            if (row.Record is not { } record)
            {
                continue;
            }

            var hash = Convert.ToHexStringLower(RecordHash.Compute(file.Type, record));
            if (invocation.Screen.IsJson)
            {
                json.Add(new JsonObject { ["line"] = row.Line, ["key"] = file.Type.KeyOf(record), ["hash"] = hash });
            }
            else
            {
                invocation.Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{hash}  {row.Line}  {file.Type.KeyOf(record)}"));
            }
        }

        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(json);
        }

        FileReport.Show(invocation.Screen, file.Path, problems);
        return problems.Count > 0 ? ExitCode.Partial : ExitCode.Ok;
    }
}
