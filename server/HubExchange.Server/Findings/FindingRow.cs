using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubExchange.Server.Findings;

/// <summary>A finding as it is stored, read from the JSON of its row, which is also what its events keep.</summary>
internal sealed record FindingRow(
    long Id, string Origin, string Rule, string Dimension, string Severity, string Zh, string En, string Type, string Key, string Field,
    string Source, string Owner, string RaisedBy, string RaisedByNode, DateTimeOffset RaisedAt, string State, string Observed,
    string Expected, EvidenceRow[] Evidence, DateOnly? ReceivedOn, DateOnly? AmberOn, DateOnly? DueOn, DateOnly? PausedOn,
    string SupervisionOrder, DateTimeOffset ChangedAt, DateTimeOffset? ClosedAt, int Revision, string? Light = null, DateOnly? OrderedOn = null)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static FindingRow Read(string json) => JsonSerializer.Deserialize<FindingRow>(json, Options)!;

    public static string Write(IReadOnlyList<EvidenceRow> evidence) => JsonSerializer.Serialize(evidence, Options);
}

/// <summary>What somebody says about the matter of a finding.</summary>
/// <param name="Source">Who says it.</param>
/// <param name="Value">The value; null when it is not about one.</param>
/// <param name="Revision">Version that says so.</param>
/// <param name="RecordedAt">When the hub recorded it.</param>
/// <param name="Note">What it is, in words.</param>
internal sealed record EvidenceRow(
    string Source, string? Value = null, long? Revision = null, DateTimeOffset? RecordedAt = null, string? Note = null);
