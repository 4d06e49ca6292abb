namespace HubExchange.Server.Sharing;

/// <summary>Whose part an action is.</summary>
internal enum ShareParty
{
    /// <summary>The node that asks.</summary>
    Asker,

    /// <summary>The node that is asked.</summary>
    Provider,

    /// <summary>The office in charge of sharing.</summary>
    Office,
}
