namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Ways to reach a person.</summary>
public static class Contact
{
    private const int MaxEmail = 254;
    private const int MaxLocalPart = 64;

    /// <summary>Whether the text is a mobile number of mainland China: 11 digits from 13 to 19.</summary>
    public static bool IsMobile(ReadOnlySpan<char> text) => Picture.Matches(text, "1##########") && text[1] >= '3';

    /// <summary>Whether the text can be an e-mail address: a local part, <c>@</c> and a domain of at least two labels.</summary>
    public static bool IsEmail(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        if (at is < 1 or > MaxLocalPart || text.Length > MaxEmail)
        {
            return false;
        }

        foreach (var c in text[..at])
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',' or ';' or '"')
            {
                return false;
            }
        }

        return IsDomain(text[(at + 1)..]);
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var labels = 0;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsLetterOrDigit(c) && c != '-')
                {
                    return false;
                }
            }

            labels++;
        }

        return labels >= 2;
    }
}
