using System.CommandLine;
using HubExchange.Client;

namespace HubExchange.Cli.Commands;

/// <summary>The options of every command that reads records: of whom, and as of when.</summary>
internal sealed class MomentOptions
{
    private readonly Option<string?> _source = new("--source")
    {
        Description = "只看该节点报送的版本,列表中 - 表示各节点所报 What this node reported; - in lists means every node",
        HelpName = "ND",
    };

    private readonly Moment _moment;

    /// <summary>Adds the options to a command.</summary>
    public MomentOptions(Command command)
    {
        command.Add(_source);
        _moment = new Moment(command);
    }

    /// <summary>What was given.</summary>
    /// <exception cref="UsageException">The time cannot be read.</exception>
    public RecordQuery Read(Invocation invocation) => new()
    {
        Source = invocation.Get(_source) ?? "",
        RecordedAsOf = _moment.AsOf(invocation),
        EffectiveOn = _moment.OnText(invocation),
    };
}
