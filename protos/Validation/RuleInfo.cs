using HubExchange.V1;

namespace HubExchange.Contracts.Validation;

/// <summary>One rule that records are checked against.</summary>
/// <param name="Id">Id in <see cref="Violation.Rule"/>, e.g. <c>uscc.check</c>.</param>
/// <param name="Type">The entity type it belongs to; null when it holds for every type.</param>
/// <param name="Severity">What a violation means for the record.</param>
/// <param name="Dimension">Dimension of GB/T 36344-2018.</param>
/// <param name="Zh">What is wrong and how to mend it, in Chinese. <c>{field}</c> and <c>{detail}</c> are filled in.</param>
/// <param name="En">The same in English.</param>
public sealed record RuleInfo(
    string Id,
    string? Type,
    Severity Severity,
    QualityDimension Dimension,
    string Zh,
    string En)
{
    /// <summary>Id in the catalogue of rules: declared ids are unique within their type only.</summary>
    public string FullId => Type is null ? Id : $"{Type}/{Id}";

    internal static RuleInfo Error(string id, QualityDimension dimension, string zh, string en) =>
        new(id, null, Severity.Error, dimension, zh, en);

    internal static RuleInfo Warning(string id, QualityDimension dimension, string zh, string en) =>
        new(id, null, Severity.Warning, dimension, zh, en);
}
