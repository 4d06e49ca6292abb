using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Findings;
using HubExchange.V1;

namespace HubExchange.Server.Sharing;

/// <summary>Share requests as callers get them.</summary>
internal static class ShareMessages
{
    public static ShareRequest Of(ShareRow row) => new()
    {
        Id = row.Id,
        Asker = row.Asker,
        Person = row.Person,
        Provider = row.Provider,
        Type = row.Type,
        Fields = { row.Fields },
        Share = ShareCode.Share(row.Share),
        Basis = row.Basis,
        Purpose = row.Purpose,
        Scope = row.Scope,
        Way = ShareCode.Way(row.Way),
        UseUntil = Text(row.UseUntil),
        State = ShareCode.State(row.State),
        RuleSet = row.RuleSet,
        ReceivedOn = Text(row.ReceivedOn),
        AnswerAmberOn = Text(row.AnswerAmberOn),
        AnswerDueOn = Text(row.AnswerDueOn),
        AnsweredOn = Text(row.AnsweredOn),
        DeliveryAmberOn = Text(row.DeliveryAmberOn),
        DeliveryDueOn = Text(row.DeliveryDueOn),
        DeliveredOn = Text(row.DeliveredOn),
        Light = FindingCode.Read<FindingLight>(row.Light),
        PausedOn = Text(row.PausedOn),
        Papers = { row.Papers },
        Extension = row.ExtensionDays is not { } days ? null : new ShareExtension
        {
            Days = days,
            ConsentedBy = row.ConsentedBy,
            ConsentedOn = Text(row.ConsentedOn),
            DocumentNumber = row.ConsentDocument,
        },
        OverdueOn = Text(row.OverdueOn),
        CreatedAt = row.CreatedAt.ToTimestamp(),
        ChangedAt = row.ChangedAt.ToTimestamp(),
        Revision = row.Revision,
    };

    public static ShareEvent Of(ShareStore.EventRow row)
    {
        var after = ShareRow.Read(row.After);
        return new ShareEvent
        {
            Number = row.Number,
            At = Timestamp.FromDateTime(row.At),
            By = row.By,
            Action = ShareCode.Action(row.Action),
            From = ShareCode.State(row.From),
            To = ShareCode.State(after.State),
            Reason = row.Reason,
            After = Of(after),
        };
    }

    private static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
