namespace HubExchange.Contracts.Validation.Formats;

/// <summary>Registration number of a technology contract 合同登记编号: 16 digits, the first four a year.</summary>
public static class ContractNumber
{
    // Technology contracts have been registered since the market was opened by law.
    private const int FirstYear = 1985;

    /// <summary>Whether there are 16 digits that begin with a plausible year.</summary>
    public static bool HasForm(ReadOnlySpan<char> number) =>
        Picture.Matches(number, "################") && Year(number) is >= FirstYear and <= CalendarDate.LastYear;

    /// <summary>Year of registration; the number must have the right form.</summary>
    public static int Year(ReadOnlySpan<char> number) => Picture.Number(number[..4]);

    /// <summary>Whether the digits after the year are those of a province, as the usual structure has it.</summary>
    public static bool HasUsualStructure(ReadOnlySpan<char> number) => DivisionCode.HasProvince(number.Slice(4, 2));
}
