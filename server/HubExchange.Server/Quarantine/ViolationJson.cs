using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

/// <summary>Violations as they stand in the database: the JSON form of a rejected change with nothing but violations.</summary>
internal static class ViolationJson
{
    public static string Write(IEnumerable<Violation> violations) =>
        JsonFormatter.Default.Format(new RejectedChange { Violations = { violations } });

    public static IEnumerable<Violation> Read(string json) => RejectedChange.Parser.ParseJson(json).Violations;
}
