using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl stream</c></summary>
internal sealed class StreamCommand : Command
{
    public StreamCommand(Runner runner)
        : base("stream", "推送进度 Where the push streams stand") => Add(new StreamListCommand(runner));
}
