namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Pseudonym of a person: 26 characters of Base32 (RFC 4648), so that no identity number is exchanged.</summary>
public static class PersonPseudonym
{
    /// <summary>Whether length and alphabet are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> pid)
    {
        if (pid.Length != 26)
        {
            return false;
        }

        foreach (var c in pid)
        {
            if (c is not (>= 'A' and <= 'Z' or >= '2' and <= '7'))
            {
                return false;
            }
        }

        return true;
    }
}
