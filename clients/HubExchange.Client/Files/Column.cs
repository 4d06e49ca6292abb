using System.Text.RegularExpressions;
using HubExchange.Contracts.Entities;

namespace HubExchange.Client.Files;

/// <summary>A column of a spreadsheet: the field it fills and how its numbers become the field's unit.</summary>
/// <param name="Heading">As it stands in the file.</param>
/// <param name="Field">The field, or null for a column that is passed over.</param>
/// <param name="Factor">What a number is multiplied with.</param>
internal sealed partial record Column(string Heading, EntityField? Field, decimal Factor)
{
    /// <summary>Headings of the two columns that hubctl adds to a file of refused rows, so that the mended file can be pushed as it is.</summary>
    public static readonly string[] Remarks = ["错误", "Errors"];

    /// <summary>Reads the heading row; reports every wrong heading.</summary>
    public static Column[] Read(EntityType type, IReadOnlyList<string> headings, List<FileProblem> problems)
    {
        var columns = headings.Select(heading => Resolve(type, heading, problems)).ToArray();

        foreach (var twice in columns.Where(column => column.Field is not null).GroupBy(column => column.Field).Where(group => group.Count() > 1))
        {
            var names = string.Join("、", twice.Select(column => $"“{column.Heading}”"));
            problems.Add(new FileProblem(1, twice.First().Heading,
                $"列重复:{names} 都对应字段 {twice.Key!.Name},请只保留一列。",
                $"Columns {names} both mean the field {twice.Key!.Name}; keep one."));
        }

        // When a heading could not be read, the key may hide behind it; that problem is enough.
        foreach (var key in type.Key.Where(key => problems.Count == 0 && columns.All(column => column.Field != key)))
        {
            problems.Add(new FileProblem(1, "",
                $"缺少主键列“{key.Label}”({key.Name})。", $"The key column '{key.Label}' ({key.Name}) is missing."));
        }

        return columns;
    }

    private static Column Resolve(EntityType type, string heading, List<FileProblem> problems)
    {
        var text = CellText.HalfWidth(CellText.Clean(heading));
        if (text.Length == 0 || Remarks.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return new Column(heading, null, 1);
        }

        if (type.Fields.FirstOrDefault(field => Same(field.Name, text)) is { } named)
        {
            return new Column(heading, named, 1);
        }

        if (type.Fields.FirstOrDefault(field => Same(CellText.HalfWidth(field.Label), text)) is { } labelled)
        {
            if (Money.IsMoney(labelled))
            {
                problems.Add(MissingUnit(heading, labelled));
            }

            return new Column(heading, labelled, 1);
        }

        return ResolveWithUnit(type, heading, text, problems);
    }

    private static Column ResolveWithUnit(EntityType type, string heading, string text, List<FileProblem> problems)
    {
        if (Unit().Match(text) is { Success: true } match &&
            type.Fields.FirstOrDefault(field => Same(CellText.HalfWidth(field.Label), match.Groups["label"].Value.Trim())) is { } field)
        {
            var unit = match.Groups["unit"].Value.Trim();
            if (Money.IsMoney(field))
            {
                if (Money.FactorOf(unit) is { } factor)
                {
                    return new Column(heading, field, factor);
                }

                problems.Add(MissingUnit(heading, field));
                return new Column(heading, field, 1);
            }

            if (Same(CellText.HalfWidth(field.Options.Unit), unit))
            {
                return new Column(heading, field, 1);
            }
        }

        problems.Add(Unknown(type, heading, text));
        return new Column(heading, null, 1);
    }

    private static FileProblem MissingUnit(string heading, EntityField field)
    {
        var possible = string.Join("、", Money.HeadingsOf(field));
        return new FileProblem(1, heading,
            $"金额列“{heading}”必须在列名中写明单位,可用列名:{possible}。",
            $"The money column '{heading}' must state its unit; possible headings: {possible}.");
    }

    private static FileProblem Unknown(EntityType type, string heading, string text)
    {
        var nearest = type.Fields
            .Select(field => (Field: field, Distance: Math.Min(Distance(text, field.Label), Distance(text, field.Name))))
            .Where(candidate => candidate.Distance <= Math.Max(2, text.Length / 2))
            .OrderBy(candidate => candidate.Distance)
            .Take(3)
            .Select(candidate => $"{candidate.Field.Label}({candidate.Field.Name})")
            .ToArray();
        var hint = nearest is []
            ? (Zh: $"可用 hubctl catalog {type.Id} 查看全部列名。", En: $"hubctl catalog {type.Id} lists all headings.")
            : (Zh: $"相近的列名:{string.Join("、", nearest)}。", En: $"Nearest: {string.Join(", ", nearest)}.");
        return new FileProblem(1, heading,
            $"类型 {type.Id} 没有列“{heading}”。{hint.Zh}", $"Type {type.Id} has no column '{heading}'. {hint.En}");
    }

    // People shorten long labels, which leaves little of them: what is a part of one is as near as can be.
    private static int Distance(string text, string name) =>
        text.Length > 1 && name.Contains(text, StringComparison.OrdinalIgnoreCase) ? 1 : EditDistance.Between(text, name);

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<label>.+?)\s*\((?<unit>[^()]+)\)$")]
    private static partial Regex Unit();
}
