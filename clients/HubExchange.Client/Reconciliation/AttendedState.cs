namespace HubExchange.Client.Reconciliation;

/// <summary>What a source remembers of its records, as it outlives the program.</summary>
/// <param name="Owner">Source and stream.</param>
/// <param name="Sequence">Last sequence of the stream that is in it.</param>
/// <param name="ReadAt">When the records were read from the source last.</param>
/// <param name="Types">The types.</param>
internal sealed record AttendedState(string Owner, long Sequence, DateTimeOffset ReadAt, IReadOnlyList<AttendedTypeState> Types);
