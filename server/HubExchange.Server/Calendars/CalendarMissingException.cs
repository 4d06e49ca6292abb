using System.Globalization;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Calendars;

/// <summary>A term reaches into a year whose working calendar nobody has given.</summary>
internal sealed class CalendarMissingException(int year)
    : Exception($"没有 {year} 年的工作日历 There is no working calendar of {year}")
{
    /// <summary>The year.</summary>
    public int Year => year;

    /// <summary>The error for callers.</summary>
    public RpcException ToError() => HubErrors.Of(ErrorReason.CalendarMissing, ("year", Year.ToString(CultureInfo.InvariantCulture)));
}
