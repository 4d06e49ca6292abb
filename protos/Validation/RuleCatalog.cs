using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation.Checks;
using HubExchange.Contracts.Validation.Rules;

namespace HubExchange.Contracts.Validation;

/// <summary>Every rule there is, for documentation and for the test that each one is tested.</summary>
public static class RuleCatalog
{
    /// <summary>The rules that hold for every type, then those of <see cref="CityEntityTypes"/>.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } = Of(CityEntityTypes.All);

    /// <summary>The rules that hold for every type, then those declared by or written for <paramref name="types"/>.</summary>
    public static IReadOnlyList<RuleInfo> Of(EntityTypes types) =>
    [
        .. BuiltInRules.All,
        .. types.All.SelectMany(type => DeclaredRules.Of(type)
            .Concat(RecordRules.All.Where(rule => rule.Type == type.Id).Select(rule => rule.Info))),
    ];
}
