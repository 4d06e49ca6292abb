namespace HubExchange.V1;

/// <content>Adding up.</content>
public sealed partial class PushCounts
{
    /// <summary>Adds what another answer reports.</summary>
    public void Add(PushCounts more)
    {
        ArgumentNullException.ThrowIfNull(more);
        Stored += more.Stored;
        Unchanged += more.Unchanged;
        Deleted += more.Deleted;
        Quarantined += more.Quarantined;
        Warned += more.Warned;
    }
}
