namespace HubExchange.Contracts.Validation.Formats;

/// <summary>R&amp;D project id <c>HS{year}-{division}-{serial}</c>, e.g. <c>HS2021-420281-00017</c>.</summary>
public static class ProjectId
{
    /// <summary>Whether length and character classes are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> id) => Picture.Matches(id, "HS20##-######-#####");
}
