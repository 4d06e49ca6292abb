using System.Globalization;
using System.Text.RegularExpressions;

namespace HubExchange.Client.Files;

/// <summary>Reads numbers exactly, as people write them: full-width digits, thousands separators, a trailing percent sign.</summary>
internal static partial class CellNumber
{
    private const string ShortestForm = "0.############################";

    public static string ReadDecimal(string text)
    {
        var value = Parse(text);
        return value == 0 ? "0" : value.ToString(ShortestForm, CultureInfo.InvariantCulture);
    }

    public static long ReadInteger(string text, decimal factor, long min, long max)
    {
        decimal value;
        try
        {
            value = Parse(text) * factor;
        }
        catch (OverflowException)
        {
            throw OutOfRange(text);
        }

        if (decimal.Truncate(value) != value)
        {
            throw factor == 1
                ? new CellException($"“{text}”不是整数。", $"'{text}' is not a whole number.")
                : new CellException($"“{text}”换算后不足一分,请检查小数位或单位。", $"'{text}' is not a whole number of 分 (0.01 yuan); check decimals or unit.");
        }

        return value < min || value > max ? throw OutOfRange(text) : (long)value;
    }

    private static decimal Parse(string text)
    {
        var plain = CellText.HalfWidth(text).Replace(" ", "", StringComparison.Ordinal);
        if (CellText.IsScientific(plain))
        {
            throw Scientific(text);
        }

        if (plain.EndsWith('%'))
        {
            plain = plain[..^1];
        }

        if (!Number().IsMatch(plain))
        {
            throw new CellException($"“{text}”不是数字。", $"'{text}' is not a number.");
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands;
        return decimal.TryParse(plain, Styles, CultureInfo.InvariantCulture, out var value) ? value : throw OutOfRange(text);
    }

    public static CellException Scientific(string text) => new(
        $"“{text}”是科学计数法,数字已丢失。请在表格软件中把该列设为“文本”格式,重新填写后再导出。",
        $"'{text}' is in scientific notation, its digits are lost. Format the column as text, fill it in again and export.");

    private static CellException OutOfRange(string text) => new($"数字“{text}”超出范围。", $"The number '{text}' is out of range.");

    [GeneratedRegex(@"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(?<=\d)$")]
    private static partial Regex Number();
}
