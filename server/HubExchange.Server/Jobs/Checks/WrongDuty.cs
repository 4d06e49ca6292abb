using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>A reporting duty whose returns cannot be looked for.</summary>
/// <param name="Duty">The duty.</param>
/// <param name="Field">Its field that is wrong.</param>
/// <param name="Value">What stands there.</param>
internal sealed record WrongDuty(ReportingDuty Duty, string Field, string Value);
