namespace HubExchange.Simulator.Generation;

/// <summary>What the rest of the city knows of a person.</summary>
internal sealed record Person(string Pid, Firm Employer);
