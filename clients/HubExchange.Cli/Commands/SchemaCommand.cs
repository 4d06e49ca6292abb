using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl schema</c></summary>
internal sealed class SchemaCommand : Command
{
    public SchemaCommand(Runner runner)
        : base("schema", "数据库结构 The database schema") =>
        Add(new SchemaDiffCommand(runner));
}
