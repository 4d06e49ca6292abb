using HubExchange.V1;

namespace HubExchange.Server.Audit;

/// <summary>How events are written in the database.</summary>
internal static class AuditCode
{
    /// <summary>The code of an event; empty for any.</summary>
    public static string Of(AuditEvent happened) => happened switch
    {
        AuditEvent.Unspecified => "",
        AuditEvent.Read => "READ",
        AuditEvent.Refusal => "REFUSAL",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "Not an event of the audit."),
    };

    public static AuditEvent Read(string code) => Enum.GetValues<AuditEvent>().Skip(1).First(happened => Of(happened) == code);
}
