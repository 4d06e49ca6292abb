namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Registration number of an achievement 成果登记号: place or department (3), year (4), <c>Y</c>, serial (4).</summary>
public static class AchievementNumber
{
    /// <summary>Whether length, character classes and year are right.</summary>
    public static bool HasForm(ReadOnlySpan<char> number) =>
        Picture.Matches(number, "#######Y####") && CalendarDate.IsYear(number.Slice(3, 4));

    /// <summary>Year of registration; the number must have the right form.</summary>
    public static int Year(ReadOnlySpan<char> number) => Picture.Number(number.Slice(3, 4));
}
