namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Industry class 国民经济行业分类 (GB/T 4754-2017): sections A-T, two-digit divisions, four-digit classes.</summary>
public static class IndustryClass
{
    // Last division of each section from A on.
    private static ReadOnlySpan<byte> LastDivisions =>
        [5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97];

    /// <summary>Whether the text has four digits.</summary>
    public static bool HasForm(ReadOnlySpan<char> code) => Picture.Matches(code, "####");

    /// <summary>Whether the text is a section letter.</summary>
    public static bool IsSection(ReadOnlySpan<char> text) => text is [>= 'A' and <= 'T'];

    /// <summary>The section of a four-digit class or two-digit division, or null when no section has the division.</summary>
    public static char? SectionOf(ReadOnlySpan<char> code)
    {
        if (code.Length < 2 || !char.IsAsciiDigit(code[0]) || !char.IsAsciiDigit(code[1]))
        {
            return null;
        }

        var division = Picture.Number(code[..2]);
        if (division == 0)
        {
            return null;
        }

        for (var i = 0; i < LastDivisions.Length; i++)
        {
            if (division <= LastDivisions[i])
            {
                return (char)('A' + i);
            }
        }

        return null;
    }
}
