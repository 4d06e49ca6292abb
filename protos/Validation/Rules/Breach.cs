namespace HubExchange.Contracts.Validation.Rules;

/// <summary>How a record breaks a rule of its type.</summary>
/// <param name="Field">Name of the field to mend.</param>
/// <param name="Value">The offending value; left out where the field is a code, whose name is then given.</param>
/// <param name="Detail">Fills in <c>{detail}</c> of the rule's texts.</param>
/// <param name="Index">Element of a list field, or -1.</param>
internal readonly record struct Breach(string Field, string? Value = null, string Detail = "", int Index = -1);
