namespace HubExchange.Server.Changes;

/// <summary>Rings after every commit that added to the feed. It only saves waiting: who reads by position misses nothing without it.</summary>
internal sealed class Doorbell
{
    /// <summary>For the reader of the feed in this process.</summary>
    public Bell Here { get; } = new();

    /// <summary>For telling the other hubs of the database.</summary>
    public Bell Elsewhere { get; } = new();

    /// <summary>This hub committed.</summary>
    public void Ring()
    {
        Here.Ring();
        Elsewhere.Ring();
    }
}
