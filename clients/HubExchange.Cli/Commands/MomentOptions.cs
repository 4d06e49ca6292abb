using System.CommandLine;
using System.Globalization;
using HubExchange.Client;

namespace HubExchange.Cli.Commands;

/// <summary>The options of every command that reads records: of whom, and as of when.</summary>
internal sealed class MomentOptions
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    private readonly Option<string?> _source = new("--source")
    {
        Description = "只看该节点报送的版本,列表中 - 表示各节点所报 What this node reported; - in lists means every node",
        HelpName = "ND",
    };

    private readonly Option<string?> _asOf = new("--as-of")
    {
        Description = "枢纽在该时刻所知:2021-06-30(当日结束)或 2021-06-30T08:00:00+08:00 What the hub knew then: a day (its end, Beijing time) or an instant",
        HelpName = "TIME",
    };

    private readonly Option<string?> _on = new("--on") { Description = "该日有效的内容 What was true on this day", HelpName = "YYYY-MM-DD" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_source);
        command.Add(_asOf);
        command.Add(_on);
    }

    /// <summary>What was given.</summary>
    /// <exception cref="UsageException">The time cannot be read.</exception>
    public RecordQuery Read(Invocation invocation) => new()
    {
        Source = invocation.Get(_source) ?? "",
        RecordedAsOf = invocation.Get(_asOf) is { Length: > 0 } text ? InstantOf(text) : null,
        EffectiveOn = invocation.Get(_on) ?? "",
    };

    private static DateTimeOffset InstantOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue
            ? new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), China).AddMicroseconds(-1)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var instant)
                ? instant
                : throw new UsageException(
                    $"--as-of 无法识别“{text}”,应写作 2021-06-30 或 2021-06-30T08:00:00+08:00。",
                    $"--as-of '{text}' is neither a day such as 2021-06-30 nor an instant such as 2021-06-30T08:00:00+08:00.");
}
