using HubExchange.Contracts.Validation.Formats;

namespace HubExchange.Contracts.Validation;

/// <summary>
/// The divisions the hub knows. A code is called unknown only where the list is complete: in prefectures of which it holds
/// county-level codes. Elsewhere only the province is judged.
/// </summary>
public sealed class DivisionList
{
    // 市辖区 of the city: the statistical lists print it, but no place has this code.
    private const string CityPlaceholder = "420201";

    private readonly Dictionary<string, DivisionEntry>.AlternateLookup<ReadOnlySpan<char>> _byCode;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _completePrefectures;

    /// <summary>Creates a list; the last entry of a code wins.</summary>
    public DivisionList(IEnumerable<DivisionEntry> divisions)
    {
        var byCode = new Dictionary<string, DivisionEntry>(StringComparer.Ordinal);
        var complete = new HashSet<string>(StringComparer.Ordinal);
        foreach (var division in divisions)
        {
            byCode[division.Code] = division;
            if (division is { Code.Length: 6, IsPlaceholder: false } && !division.Code.EndsWith("00", StringComparison.Ordinal))
            {
                complete.Add(division.Code[..4]);
            }
        }

        _byCode = byCode.GetAlternateLookup<ReadOnlySpan<char>>();
        _completePrefectures = complete.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>No divisions: only the province of a code is judged.</summary>
    public static DivisionList Empty { get; } = new([]);

    /// <summary>Returns the division with exactly this code, or null.</summary>
    public DivisionEntry? Find(ReadOnlySpan<char> code) => _byCode.TryGetValue(code, out var entry) ? entry : null;

    /// <summary>Whether every county-level code of the code's prefecture is listed.</summary>
    public bool IsComplete(ReadOnlySpan<char> code) => code.Length >= 4 && _completePrefectures.Contains(code[..4]);

    /// <summary>Whether the code stands for no place.</summary>
    public bool IsPlaceholder(ReadOnlySpan<char> code) =>
        code.Length >= 6 && (code[..6].SequenceEqual(CityPlaceholder) || Find(code[..6]) is { IsPlaceholder: true });

    /// <summary>Whether the code, or the county it lies in, is missing from a complete list. Codes of the past are known.</summary>
    public bool IsUnknown(ReadOnlySpan<char> code) =>
        IsComplete(code) && !(code[4..6] is "00") && Find(code) is null && Find(code[..6]) is null;

    /// <summary>Last day of a division that is no longer in force on a day, or null.</summary>
    public DateOnly? ExpiredBefore(ReadOnlySpan<char> code, DateOnly day) =>
        (Find(code) ?? (code.Length > 6 ? Find(code[..6]) : null))?.ValidTo is { } last && last < day ? last : null;

    /// <summary>Whether a code may be that of a registering office: a known province or the state itself, and not missing here.</summary>
    internal bool MayRegister(ReadOnlySpan<char> code) =>
        code is "100000" || (DivisionCode.HasProvince(code) && !IsUnknown(code));
}
