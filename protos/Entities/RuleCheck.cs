using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Contracts.Entities;

/// <summary>Finds what is wrong with the rules of an entity type and with code lists.</summary>
internal static class RuleCheck
{
    public static void Check(EntityType type, ContractCheck.Findings found)
    {
        var options = type.Options;
        foreach (var rule in options.Ascending)
        {
            Texts(rule.Id, rule.Zh, rule.En);
            found.When(rule.Fields.Count < 2, $"rule '{rule.Id}' compares fewer than two fields");
            Known(rule.Id, rule.Fields.Where((name, index) => index > 0 || name != "0"));
        }

        foreach (var rule in options.Sums)
        {
            Texts(rule.Id, rule.Zh, rule.En);
            Known(rule.Id, rule.Total.Length == 0 ? rule.Parts : rule.Parts.Append(rule.Total));
            foreach (var name in rule.Parts.Append(rule.Total).Where(name => name.Length > 0))
            {
                found.When(
                    type.Find(name)?.Descriptor.FieldType is not (FieldType.Int32 or FieldType.Int64),
                    $"rule '{rule.Id}' adds '{name}', which is not an integer");
            }
        }

        foreach (var rule in options.Choices)
        {
            Texts(rule.Id, rule.Zh, rule.En);
            Known(rule.Id, rule.Fields);
            found.When(rule.Max != 0 && rule.Min > rule.Max, $"rule '{rule.Id}' has min above max");
        }

        foreach (var rule in options.Conditions)
        {
            Texts(rule.Id, rule.Zh, rule.En);
            Known(rule.Id, rule.Required.Append(rule.Field));
            var codes = type.Find(rule.Field)?.Codes;
            foreach (var value in rule.Values)
            {
                found.When(codes is not null && codes.Find(value) is null, $"rule '{rule.Id}' names the unknown code '{value}'");
            }
        }

        var ids = options.Ascending.Select(rule => rule.Id).Concat(options.Sums.Select(rule => rule.Id))
            .Concat(options.Choices.Select(rule => rule.Id)).Concat(options.Conditions.Select(rule => rule.Id));
        foreach (var twice in ids.GroupBy(id => id).Where(group => group.Count() > 1))
        {
            found.When(true, $"rule '{twice.Key}' is declared twice");
        }

        void Texts(string id, string zh, string en)
        {
            found.When(id.Length == 0, "has a rule without id");
            found.When(zh.Length == 0 || en.Length == 0, $"rule '{id}' lacks its text in Chinese or English");
        }

        void Known(string id, IEnumerable<string> names)
        {
            foreach (var name in names)
            {
                found.When(type.Find(name) is null, $"rule '{id}' names the unknown field '{name}'");
            }
        }
    }

    public static void CheckCodes(EnumDescriptor descriptor, CodeList codes, ContractCheck.Findings found)
    {
        found.When(CodeList.PrefixOf(descriptor).Length == 0, $"code list {descriptor.Name} has no value 0 that ends in _UNSPECIFIED");

        // Enums of the hub's own options need no Chinese labels; code lists of entities do.
        if (descriptor.File.Package != "hubexchange.v1")
        {
            foreach (var value in descriptor.Values.Where(value => value.Number != 0))
            {
                found.When(
                    value.GetOptions()?.GetExtension(OptionsExtensions.Code)?.Label is not { Length: > 0 },
                    $"code {value.Name} has no label");
            }
        }

        foreach (var value in descriptor.Values)
        {
            foreach (var name in value.GetOptions()?.GetExtension(OptionsExtensions.Code)?.Next ?? [])
            {
                found.When(!codes.Codes.Any(code => code.Name == name), $"code {value.Name} leads to the unknown code '{name}'");
            }
        }
    }
}
