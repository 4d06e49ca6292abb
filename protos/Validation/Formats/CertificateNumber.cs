namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Certificate number of a high-tech enterprise 高新技术企业证书编号: <c>GR</c> or <c>GF</c>, year, province, six digits.</summary>
public static class CertificateNumber
{
    /// <summary>Whether length and character classes are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> number) =>
        Picture.Matches(number, "GR20##########") || Picture.Matches(number, "GF20##########");

    /// <summary>Year of issue; the number must have the right form.</summary>
    public static int Year(ReadOnlySpan<char> number) => Picture.Number(number.Slice(2, 4));

    /// <summary>First two digits of the issuing province; the number must have the right form.</summary>
    public static ReadOnlySpan<char> Province(ReadOnlySpan<char> number) => number.Slice(6, 2);

    /// <summary>Only certificates of the former review 复审, 2011 to 2015, begin with <c>GF</c>.</summary>
    public static bool HasPlausibleKind(ReadOnlySpan<char> number) => number[1] == 'R' || Year(number) is >= 2011 and <= 2015;
}
