using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace HubExchange.Server.Faults;

/// <summary>What to do at one place, and when.</summary>
internal sealed partial class FailPointRule
{
    /// <summary>Every action, for people.</summary>
    public const string Actions = "exit, throw, delay:MILLISECONDS";

    private const int MaxDelayMs = 600_000;

    private readonly string _action;
    private readonly int _delayMs;
    private readonly long? _hit;
    private readonly int? _percent;
    private long _hits;

    private FailPointRule(string point, string action, int delayMs, long? hit, int? percent)
    {
        Point = point;
        _action = action;
        _delayMs = delayMs;
        _hit = hit;
        _percent = percent;
    }

    /// <summary>Name of the place.</summary>
    public string Point { get; }

    /// <summary>Reads <c>name=action</c>, with <c>@3</c> for the third time only, <c>%10</c> for one time in ten.</summary>
    public static FailPointRule? TryParse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || NumberOf("delay") > MaxDelayMs || NumberOf("hit") == 0 || NumberOf("percent") is 0 or > 100)
        {
            return null;
        }

        return new FailPointRule(
            match.Groups["point"].Value,
            match.Groups["action"].Value,
            NumberOf("delay") ?? 0,
            NumberOf("hit"),
            NumberOf("percent"));

        int? NumberOf(string group) =>
            match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The place is passed.</summary>
    public async ValueTask HitAsync()
    {
        var isDue = _hit is null || Interlocked.Increment(ref _hits) == _hit;
        if (!isDue || (_percent is { } percent && Random.Shared.Next(100) >= percent))
        {
            return;
        }

        if (_percent is null)
        {
            // For whoever waits for it. Chance would only fill the log.
            await Console.Error.WriteLineAsync($"Fail point {Point}: {_action}");
        }

        switch (_action)
        {
            case "exit":
                // As a power cut would: no handler, no finally, no buffer is written.
                using (var self = Process.GetCurrentProcess())
                {
                    self.Kill();
                }

                await Task.Delay(Timeout.Infinite);
                break;
            case "throw":
                // What a connection to the database that breaks at this moment looks like.
                throw new NpgsqlException($"Fail point {Point}.", new IOException("Injected."));
            default:
                await Task.Delay(_delayMs);
                break;
        }
    }

    [GeneratedRegex(
        @"^(?<point>[a-z_.]+)=((?<action>exit|throw)|(?<action>delay):(?<delay>\d{1,6}))(@(?<hit>\d{1,9}))?(%(?<percent>\d{1,3}))?$")]
    private static partial Regex Form();
}
