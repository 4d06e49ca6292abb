namespace HubExchange.Client.Reconciliation;

/// <summary>What a source remembers of the records of one type.</summary>
/// <param name="Type">Type id.</param>
/// <param name="Stamp">Stamp of the source, see <see cref="IRecordSource.StampAsync"/>.</param>
/// <param name="Records">The records.</param>
internal sealed record AttendedTypeState(string Type, string Stamp, IReadOnlyList<KeyValuePair<string, HeldContent>> Records);
