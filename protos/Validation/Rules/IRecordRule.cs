using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation.Rules;

/// <summary>A rule of one entity type that its contract cannot declare.</summary>
internal interface IRecordRule
{
    /// <summary>Type id.</summary>
    string Type => Info.Type!;

    /// <summary>What the rule says.</summary>
    RuleInfo Info { get; }

    /// <summary>Adds a violation when the record breaks the rule. Fields that are empty or badly formed are the business of other rules.</summary>
    void Check(EntityType type, IMessage record, Findings found);
}
