using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Server.Findings;

/// <summary>Findings as callers get them.</summary>
internal static class FindingMessages
{
    public static Finding Of(FindingRow row) => new()
    {
        Id = row.Id,
        Origin = FindingCode.Read<FindingOrigin>(row.Origin),
        Rule = row.Rule,
        Dimension = FindingCode.Read<QualityDimension>(row.Dimension),
        Severity = FindingCode.Read<Severity>(row.Severity),
        Zh = row.Zh,
        En = row.En,
        Type = row.Type,
        Key = row.Key,
        Field = row.Field,
        Source = row.Source,
        Owner = row.Owner,
        RaisedBy = row.RaisedBy,
        RaisedAt = row.RaisedAt.ToTimestamp(),
        State = FindingCode.Read<FindingState>(row.State),
        Observed = row.Observed,
        Expected = row.Expected,
        Evidence = { row.Evidence.Select(Of) },
        ReceivedOn = Text(row.ReceivedOn),
        DueOn = Text(row.DueOn),
        AmberOn = Text(row.AmberOn),
        Light = FindingCode.Read<FindingLight>(row.Light),
        PausedOn = Text(row.PausedOn),
        SupervisionOrder = row.SupervisionOrder,
        OrderedOn = Text(row.OrderedOn),
        ChangedAt = row.ChangedAt.ToTimestamp(),
        ClosedAt = row.ClosedAt?.ToTimestamp(),
        Revision = row.Revision,
    };

    public static FindingEvent Of(FindingStore.EventRow row)
    {
        var after = FindingRow.Read(row.After);
        return new FindingEvent
        {
            Number = row.Number,
            At = Timestamp.FromDateTime(row.At),
            By = row.By,
            Action = FindingCode.Read<FindingAction>(row.Action),
            From = FindingCode.Read<FindingState>(row.From),
            To = FindingCode.Read<FindingState>(after.State),
            Reason = row.Reason,
            Evidence = { after.Evidence.Select(Of) },
            Owner = after.Owner,
            DueOn = Text(after.DueOn),
        };
    }

    private static FindingEvidence Of(EvidenceRow row) => new()
    {
        Source = row.Source,
        Value = row.Value ?? "",
        Revision = row.Revision ?? 0,
        RecordedAt = row.RecordedAt?.ToTimestamp(),
        Note = row.Note ?? "",
    };

    private static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
