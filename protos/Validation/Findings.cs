using HubExchange.Contracts.Entities;
using System.Globalization;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Contracts.Validation;

/// <summary>Collects the violations of one record and knows where in the record the checks are. Allocates little until something is wrong.</summary>
internal sealed class Findings(DivisionList divisions, TimeProvider clock)
{
    private const int MaxValue = 100;

    private List<Violation>? _violations;
    private List<(EntityField Field, int Index)>? _path;
    private DateOnly? _today;

    /// <summary>The divisions that are known.</summary>
    public DivisionList Divisions { get; } = divisions;

    /// <summary>The day of the check in Asia/Shanghai.</summary>
    public DateOnly Today => _today ??= ChinaTime.Today(clock);

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<Violation> Violations => _violations ?? (IReadOnlyList<Violation>)[];

    /// <summary>Adds a violation. The value is left out when the field is personal.</summary>
    /// <param name="rule">The rule that is violated.</param>
    /// <param name="field">The field it is about; null when the record as a whole is meant.</param>
    /// <param name="value">The offending value.</param>
    /// <param name="detail">Fills in <c>{detail}</c> of the texts.</param>
    /// <param name="index">Element of a list field, or -1.</param>
    /// <param name="detailEn">Fills in <c>{detail}</c> of the English text when it differs.</param>
    public void Add(RuleInfo rule, EntityField? field, string? value = null, string detail = "", int index = -1, string? detailEn = null)
    {
        var violation = new Violation
        {
            Rule = rule.Id,
            Severity = rule.Severity,
            Dimension = rule.Dimension,
            Field = PathOf(field, index),
            MessageZh = Fill(rule.Zh, field?.Label, detail),
            MessageEn = Fill(rule.En, field?.Name, detailEn ?? detail),
            Value = value is null || IsPersonal(field) ? "" : Cut(value),
        };
        (_violations ??= []).Add(violation);
    }

    /// <summary>The checks go into a nested message.</summary>
    public void Enter(EntityField field, int index) => (_path ??= []).Add((field, index));

    /// <summary>The checks leave the nested message.</summary>
    public void Leave() => _path!.RemoveAt(_path.Count - 1);

    private static string Fill(string text, string? field, string detail) =>
        text.Replace("{field}", field, StringComparison.Ordinal).Replace("{detail}", detail, StringComparison.Ordinal);

    // Half a surrogate pair could not be serialized, NUL could not be stored.
    private static string Cut(string value)
    {
        var cut = (value.Length <= MaxValue ? value : value[..MaxValue]).Replace('\0', '\uFFFD');
        return string.Concat(cut.EnumerateRunes().Select(rune => rune.ToString()));
    }

    private bool IsPersonal(EntityField? field) =>
        field is { IsPersonal: true } || (_path?.Exists(step => step.Field.IsPersonal) ?? false);

    private string PathOf(EntityField? field, int index)
    {
        var own = field is null ? "" : Step(field, index);
        if (_path is not { Count: > 0 })
        {
            return own;
        }

        var outer = string.Join('.', _path.Select(step => Step(step.Field, step.Index)));
        return own.Length == 0 ? outer : $"{outer}.{own}";
    }

    private static string Step(EntityField field, int index) =>
        index < 0 ? field.Name : string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{index}]");
}
