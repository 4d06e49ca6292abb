using System.Text.Json;

namespace HubExchange.Server.Sharing;

/// <summary>A share request as it is stored, read from the JSON of its row, which is also what its events keep.</summary>
internal sealed record ShareRow(
    long Id, string Asker, string Person, string Provider, string Type, string[] Fields, string Share, string Basis, string Purpose, string Scope,
    string Way, DateOnly UseUntil, string State, string RuleSet, DateOnly ReceivedOn, DateOnly AnswerAmberOn, DateOnly AnswerDueOn,
    DateOnly? AnsweredOn, DateOnly? DeliveryAmberOn, DateOnly? DeliveryDueOn, DateOnly? DeliveredOn, DateOnly? PausedOn, string[] Papers,
    int? ExtensionDays, string? ConsentedBy, DateOnly? ConsentedOn, string? ConsentDocument, DateOnly? OverdueOn, DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt, int Revision, string? Light = null)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static ShareRow Read(string json) => JsonSerializer.Deserialize<ShareRow>(json, Options)!;
}
