namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Registration number of a technology SME 入库登记编号: year, county division, two opaque characters, six-digit serial.</summary>
public static class SmeNumber
{
    /// <summary>Whether length and character classes are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> number) => Picture.Matches(number, "20########**######");

    /// <summary>Registration year; the number must have the right form.</summary>
    public static int Year(ReadOnlySpan<char> number) => Picture.Number(number[..4]);

    /// <summary>County division; the number must have the right form.</summary>
    public static ReadOnlySpan<char> Division(ReadOnlySpan<char> number) => number.Slice(4, 6);
}
