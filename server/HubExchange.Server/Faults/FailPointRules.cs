using System.Collections.Frozen;

namespace HubExchange.Server.Faults;

/// <summary>What to do at which places.</summary>
internal sealed class FailPointRules
{
    private readonly FrozenDictionary<string, FailPointRule> _rules;

    private FailPointRules(IEnumerable<FailPointRule> rules) => _rules = rules.ToFrozenDictionary(rule => rule.Point);

    /// <summary>Reads rules, separated by semicolons.</summary>
    /// <exception cref="FormatException">Something is wrong; the text names all of it and lists what there is.</exception>
    public static FailPointRules Parse(string text)
    {
        var problems = new List<string>();
        var rules = new List<FailPointRule>();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (FailPointRule.TryParse(part) is not { } rule)
            {
                problems.Add($"'{part}'");
            }
            else if (!FailPoint.All.Contains(rule.Point))
            {
                problems.Add($"'{rule.Point}'");
            }
            else if (rules.Exists(other => other.Point == rule.Point))
            {
                problems.Add($"'{part}' ×2");
            }
            else
            {
                rules.Add(rule);
            }
        }

        return problems.Count == 0 ? new FailPointRules(rules) : throw new FormatException(
            $"""
            环境变量 {FailPoints.Variable} 有误:{string.Join("、", problems)}。写法:名称=动作[@第几次][%百分比],以分号分隔。
            The environment variable {FailPoints.Variable} is wrong: {string.Join(", ", problems)}. Write name=action[@hit][%percent], separated by semicolons.
            动作 Actions: {FailPointRule.Actions}
            名称 Names: {string.Join(", ", FailPoint.All)}
            """);
    }

    /// <summary>Does what the rule of a place says, if it has one.</summary>
    public ValueTask HitAsync(string point) => _rules.GetValueOrDefault(point)?.HitAsync() ?? ValueTask.CompletedTask;
}
