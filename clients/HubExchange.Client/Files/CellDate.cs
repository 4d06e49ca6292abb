using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;

namespace HubExchange.Client.Files;

/// <summary>Reads dates and instants as people write them.</summary>
internal static partial class CellDate
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    /// <summary><c>2021-03-05</c>, <c>2021/3/5</c>, <c>2021.3.5</c>, <c>2021年3月5日</c> or <c>20210305</c> as ISO text.</summary>
    public static string ReadDate(string text)
    {
        var match = Date().Match(CellText.HalfWidth(text));
        if (match.Success &&
            DateOnly.TryParseExact(
                $"{match.Groups["y"].Value}-{match.Groups["m"].Value.PadLeft(2, '0')}-{match.Groups["d"].Value.PadLeft(2, '0')}",
                "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        throw new CellException(
            $"“{text}”不是日期。可用写法:2021-03-05、2021/3/5、2021年3月5日。",
            $"'{text}' is not a date. Write 2021-03-05, 2021/3/5 or 2021年3月5日.");
    }

    /// <summary>ISO text with offset; without one, Asia/Shanghai.</summary>
    public static Timestamp ReadInstant(string text)
    {
        var plain = CellText.HalfWidth(text);
        if (DateTime.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var value))
        {
            return value.Kind == DateTimeKind.Unspecified
                ? Timestamp.FromDateTimeOffset(new DateTimeOffset(value, ChinaOffset))
                : Timestamp.FromDateTime(value.ToUniversalTime());
        }

        throw new CellException(
            $"“{text}”不是时间。可用写法:2021-03-05 14:30:00(北京时间)。",
            $"'{text}' is not a time. Write 2021-03-05 14:30:00 (Beijing time).");
    }

    [GeneratedRegex(@"^(?<y>\d{4})(?:[-/.年]\s*(?<m>\d{1,2})[-/.月]\s*(?<d>\d{1,2})日?|(?<m>\d{2})(?<d>\d{2}))(?:\s+0?0:00(?::00)?)?$")]
    private static partial Regex Date();
}
