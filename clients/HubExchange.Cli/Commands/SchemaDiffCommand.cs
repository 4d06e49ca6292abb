using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl schema diff</c></summary>
internal sealed class SchemaDiffCommand : Command
{
    public SchemaDiffCommand(Runner runner)
        : base("diff", "数据库与契约的差异 What would bring the database to the contracts") =>
        runner.Bind(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var diff = await client.GetSchemaDiffAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(diff);
            return ExitCode.Ok;
        }

        foreach (var statement in diff.Statements)
        {
            invocation.Screen.Line(statement + ";");
        }

        foreach (var mistake in diff.Mistakes)
        {
            invocation.Screen.Error($"枢纽不会自动处理:{mistake}", "The hub will not mend this by itself.");
        }

        if (diff.Statements.Count == 0 && diff.Mistakes.Count == 0)
        {
            invocation.Screen.Note("数据库与契约一致。 The database agrees with the contracts.");
        }

        return diff.Mistakes.Count > 0 ? ExitCode.Error : ExitCode.Ok;
    }
}
