namespace HubExchange.Server.Findings;

/// <summary>Whose part an action is.</summary>
internal enum FindingParty
{
    /// <summary>The node that has to deal with the finding.</summary>
    Owner,

    /// <summary>Whoever raised it; for findings of checks the operator.</summary>
    Raiser,

    /// <summary>The bureau.</summary>
    Operator,

    /// <summary>Whoever raised it, or the bureau.</summary>
    RaiserOrOperator,

    /// <summary>The owner, or the bureau in its place.</summary>
    OwnerOrOperator,
}
