namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Node id: <c>ND-</c> and 1-29 capital letters, digits or inner hyphens, e.g. <c>ND-420281</c> or <c>ND-DYH</c>.</summary>
public static class NodeId
{
    private const string Prefix = "ND-";
    private const int MaxLength = 32;

    /// <summary>Whether prefix, length and characters are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal) || id.Length <= Prefix.Length || id.Length > MaxLength)
        {
            return false;
        }

        var name = id[Prefix.Length..];
        foreach (var c in name)
        {
            if (!char.IsAsciiDigit(c) && !char.IsAsciiLetterUpper(c) && c != '-')
            {
                return false;
            }
        }

        return name[0] != '-' && name[^1] != '-';
    }
}
