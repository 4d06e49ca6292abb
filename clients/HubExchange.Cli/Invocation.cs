using System.CommandLine;
using HubExchange.Client;

namespace HubExchange.Cli;

/// <summary>One run of one command.</summary>
internal sealed class Invocation(ParseResult parsed, Screen screen, Connection connection)
{
    public Screen Screen { get; } = screen;

    public Connection Connection { get; } = connection;

    public T Get<T>(Option<T> option) => parsed.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public HubClient OpenForReading() => new(Connection.ForReading());

    public HubClient OpenForWriting() => new(Connection.ForWriting());
}
