using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli;

/// <summary>The two options with which a command reads as of a moment.</summary>
internal sealed class Moment
{
    private readonly Option<string?> _asOf = new("--as-of")
    {
        Description = "枢纽在该时刻所知,如 2021-12-31T18:00:00+08:00 What the hub knew at this instant",
        HelpName = "INSTANT",
    };

    private readonly Option<string?> _on = new("--on")
    {
        Description = "业务日期,如 2021-12-31 What was true on this date",
        HelpName = "DATE",
    };

    public Moment(Command command)
    {
        command.Add(_asOf);
        command.Add(_on);
    }

    /// <summary>The instant; null for now.</summary>
    /// <exception cref="UsageException">It is no instant.</exception>
    public DateTimeOffset? AsOf(Invocation invocation) => invocation.Get(_asOf) is not { } text ? null :
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var instant)
            ? instant
            : throw new UsageException($"“{text}”不是时刻,应如 2021-12-31T18:00:00+08:00", $"'{text}' is no instant; write 2021-12-31T18:00:00+08:00");

    /// <summary>The date; null for the latest.</summary>
    /// <exception cref="UsageException">It is no date.</exception>
    public DateOnly? On(Invocation invocation) => invocation.Get(_on) is not { } text ? null :
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException($"“{text}”不是日期,应如 2021-12-31", $"'{text}' is no date; write 2021-12-31");
}
