using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace HubExchange.Cli.Commands;

/// <summary>How instants are shown: to the minute, in the time zone of this computer, those of schedules in that of China.</summary>
internal static class TimeText
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public static string Of(Timestamp? time) => Text(time?.ToDateTimeOffset().ToLocalTime());

    public static string InChina(Timestamp? time) => Text(time?.ToDateTimeOffset().ToOffset(China));

    private static string Text(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
