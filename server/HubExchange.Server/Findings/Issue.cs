using HubExchange.V1;

namespace HubExchange.Server.Findings;

/// <summary>Something a check found.</summary>
/// <param name="Rule">Id of the check, e.g. <c>reference.dangling</c>.</param>
/// <param name="Fingerprint">What makes it the same finding when it is found again, within the rule.</param>
/// <param name="Anchor">Its place in the order of the check, see <see cref="IssueScope"/>.</param>
/// <param name="Dimension">Dimension of quality.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Zh">What is wrong and how to mend it, in Chinese.</param>
/// <param name="En">The same in English.</param>
/// <param name="Type">Type id of the record.</param>
/// <param name="Key">Key of the record; empty when it is about no single one.</param>
/// <param name="Field">Field; empty when it is about the whole.</param>
/// <param name="Source">Node whose data it is about.</param>
/// <param name="Owner">Node that has to deal with it.</param>
/// <param name="Observed">What was observed.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Evidence">Who says what, since when.</param>
internal sealed record Issue(
    string Rule, string Fingerprint, string Anchor, QualityDimension Dimension, Severity Severity, string Zh, string En, string Type, string Key,
    string Field, string Source, string Owner, string Observed, string Expected, IReadOnlyList<EvidenceRow> Evidence);
