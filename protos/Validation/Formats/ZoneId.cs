namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Zone id: six-digit host division, <c>-</c>, one of Z P B K, three digits, e.g. <c>420281-Z001</c>.</summary>
public static class ZoneId
{
    /// <summary>Whether length and character classes are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> id) =>
        Picture.Matches(id, "######-*###") && id[7] is 'Z' or 'P' or 'B' or 'K';
}
