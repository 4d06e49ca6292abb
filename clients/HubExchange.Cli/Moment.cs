using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace HubExchange.Cli;

/// <summary>The two options with which a command reads as of a moment.</summary>
internal sealed class Moment
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    private readonly Option<string?> _asOf = new("--as-of")
    {
        Description = "枢纽在该时刻所知:2021-06-30(当日结束)或 2021-06-30T08:00:00+08:00 What the hub knew then: a day (its end, Beijing time) or an instant",
        HelpName = "TIME",
    };

    private readonly Option<string?> _on = new("--on") { Description = "该日有效的内容 What was true on this day", HelpName = "YYYY-MM-DD" };

    public Moment(Command command)
    {
        command.Add(_asOf);
        command.Add(_on);
    }

    /// <summary>The instant; null for now.</summary>
    /// <exception cref="UsageException">It is no instant.</exception>
    public DateTimeOffset? AsOf(Invocation invocation) => invocation.Get(_asOf) is { Length: > 0 } text ? InstantOf(text) : null;

    /// <summary>The instant as requests carry it; null for now.</summary>
    public Timestamp? Timestamp(Invocation invocation) =>
        AsOf(invocation) is { } instant ? Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(instant) : null;

    /// <summary>The date; null for the latest.</summary>
    /// <exception cref="UsageException">It is no date.</exception>
    public DateOnly? On(Invocation invocation) => invocation.Get(_on) is not { Length: > 0 } text ? null :
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException($"--on 无法识别“{text}”,应写作 2021-12-31。", $"--on '{text}' is no date; write 2021-12-31.");

    /// <summary>The date as requests carry it; empty for the latest.</summary>
    public string OnText(Invocation invocation) => On(invocation)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset InstantOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue
            ? new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), China).AddMicroseconds(-1)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var instant)
                ? instant
                : throw new UsageException(
                    $"--as-of 无法识别“{text}”,应写作 2021-06-30 或 2021-06-30T08:00:00+08:00。",
                    $"--as-of '{text}' is neither a day such as 2021-06-30 nor an instant such as 2021-06-30T08:00:00+08:00.");
}
