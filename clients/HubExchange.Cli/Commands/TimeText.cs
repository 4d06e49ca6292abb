using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace HubExchange.Cli.Commands;

/// <summary>How instants are shown: to the minute, in the time zone of this computer.</summary>
internal static class TimeText
{
    public static string Of(Timestamp? time) =>
        time?.ToDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
