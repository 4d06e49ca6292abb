using System.Collections.Concurrent;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation.Checks;
using HubExchange.Contracts.Validation.Rules;

namespace HubExchange.Contracts.Validation;

/// <summary>Every check of an entity type, compiled once.</summary>
internal sealed class RecordPlan
{
    private static readonly ConcurrentDictionary<EntityType, RecordPlan> Known = new();

    private readonly RecordCheck[] _checks;

    private RecordPlan(EntityType type) => _checks =
    [
        .. type.Fields.Select(field => FieldChecks.Of(field, type.Key.Contains(field))).OfType<RecordCheck>(),
        KeyCheck.Of(type),
        .. DeclaredRules.ChecksOf(type),
        .. RecordRules.All.Where(rule => rule.Type == type.Id).Select(rule => (RecordCheck)((record, found) => rule.Check(type, record, found))),
    ];

    /// <summary>The plan of a type.</summary>
    public static RecordPlan Of(EntityType type) => Known.GetOrAdd(type, static t => new RecordPlan(t));

    /// <summary>Runs every check.</summary>
    public void Run(IMessage record, Findings found)
    {
        foreach (var check in _checks)
        {
            check(record, found);
        }
    }
}
