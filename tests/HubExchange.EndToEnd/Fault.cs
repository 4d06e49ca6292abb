namespace HubExchange.EndToEnd;

/// <summary>What is done to a hub while sources push.</summary>
internal enum Fault
{
    /// <summary>The hub is killed; its database stops in order.</summary>
    KillHub,

    /// <summary>The database is killed under a living hub, which has to start it again.</summary>
    KillDatabase,

    /// <summary>Both are killed at once.</summary>
    KillBoth,

    /// <summary>The hub stands still for a while.</summary>
    PauseHub,

    /// <summary>The database stands still for a while.</summary>
    PauseDatabase,

    /// <summary>The hub ends at a fail point.</summary>
    FailPoint,

    /// <summary>The hub runs with exceptions and delays at every fail point for a while.</summary>
    Throws,

    /// <summary>Every connection is reset.</summary>
    Cut,

    /// <summary>Every connection is reset on the side of the client, and the hub does not hear of it.</summary>
    Abandon,

    /// <summary>Every connection is closed in one direction.</summary>
    HalfClose,

    /// <summary>Every connection is reset in the middle of a frame.</summary>
    Truncate,

    /// <summary>The line carries nothing for a while.</summary>
    Blackhole,

    /// <summary>The line is slow for a while.</summary>
    SlowLine,

    /// <summary>The line is long for a while.</summary>
    LongLine,

    /// <summary>The disk of the database is full for a while.</summary>
    FullDisk,
}
