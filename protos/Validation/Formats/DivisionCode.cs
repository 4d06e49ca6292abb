namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Division code 行政区划代码: 6 digits (GB/T 2260), 9 or 12 digits (statistical division codes).</summary>
public static class DivisionCode
{
    /// <summary>The first two digits of the 34 province-level codes of GB/T 2260.</summary>
    private static ReadOnlySpan<byte> Provinces =>
    [
        11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
        50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
    ];

    /// <summary>Whether the text has 6, 9 or 12 digits.</summary>
    public static bool HasForm(ReadOnlySpan<char> code) =>
        code.Length is 6 or 9 or 12 && !code.ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether the first two digits are those of a province, autonomous region, municipality or special region.</summary>
    public static bool HasProvince(ReadOnlySpan<char> code) =>
        code.Length >= 2 && char.IsAsciiDigit(code[0]) && char.IsAsciiDigit(code[1]) &&
        Provinces.Contains((byte)Picture.Number(code[..2]));
}
