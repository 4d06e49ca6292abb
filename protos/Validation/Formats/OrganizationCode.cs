namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Organisation code 组织机构代码 (GB 11714): eight characters and a check character, part of every USCC.</summary>
public static class OrganizationCode
{
    private static ReadOnlySpan<byte> Weights => [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Whether nine characters are an organisation code with the right check character.</summary>
    public static bool IsValid(ReadOnlySpan<char> code) =>
        code.Length == 9 && HasForm(code[..8]) && CheckCharacter(code[..8]) == code[8];

    /// <summary>The check character that belongs to the first 8 characters.</summary>
    /// <exception cref="ArgumentException">There are not 8 digits and capital letters.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> first8)
    {
        if (first8.Length != 8 || !HasForm(first8))
        {
            throw new ArgumentException("The body of an organisation code has 8 digits and capital letters.", nameof(first8));
        }

        var sum = 0;
        for (var i = 0; i < 8; i++)
        {
            var c = first8[i];
            sum += (c <= '9' ? c - '0' : c - 'A' + 10) * Weights[i];
        }

        return (11 - (sum % 11)) switch
        {
            10 => 'X',
            11 => '0',
            var digit => (char)('0' + digit),
        };
    }

    private static bool HasForm(ReadOnlySpan<char> body)
    {
        foreach (var c in body)
        {
            if (c is not (>= '0' and <= '9' or >= 'A' and <= 'Z'))
            {
                return false;
            }
        }

        return true;
    }
}
