namespace HubExchange.Contracts.Validation;

/// <summary>One known division, past or present.</summary>
/// <param name="Code">6, 9 or 12 digits.</param>
/// <param name="Name">Name in Chinese.</param>
/// <param name="IsPlaceholder">The code stands for no place (市辖区): no record may stand there.</param>
/// <param name="ValidFrom">First day in force; null means always.</param>
/// <param name="ValidTo">Last day in force; null means still.</param>
public sealed record DivisionEntry(
    string Code,
    string Name,
    bool IsPlaceholder = false,
    DateOnly? ValidFrom = null,
    DateOnly? ValidTo = null);
