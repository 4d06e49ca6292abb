using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.V1;
using FieldOptions = HubExchange.V1.FieldOptions;

namespace HubExchange.Server.Rest;

/// <summary>What a person should know of a field: its label, its comment, and the rules that JSON Schema has no word for.</summary>
internal static class FieldText
{
    private const int DefaultMaxItems = 200;

    private static readonly EnumDescriptor Formats = OptionsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(Format));

    /// <summary>What the contract declares for a field of a record; null for fields of requests and responses.</summary>
    public static FieldOptions? OptionsOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(OptionsExtensions.Field);

    /// <summary>Adds title, description and what a list may hold to the schema of a field.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="field">Its field.</param>
    /// <param name="isKey">The field identifies a record, which makes it required.</param>
    public static void Describe(JsonObject schema, FieldDescriptor field, bool isKey)
    {
        var options = OptionsOf(field);
        string[] parts = [ContractComments.Of(field), schema["description"]?.GetValue<string>() ?? "", .. Rules(field, options, isKey)];
        if (string.Join("\n\n", parts.Where(part => part.Length > 0)) is { Length: > 0 } text)
        {
            schema["description"] = text;
        }

        if (options is null)
        {
            return;
        }

        schema["title"] = options.Label;
        if (field is { IsRepeated: true, IsMap: false })
        {
            schema["maxItems"] = options.MaxItems > 0 ? options.MaxItems : DefaultMaxItems;
        }
    }

    private static IEnumerable<string> Rules(FieldDescriptor field, FieldOptions? options, bool isKey)
    {
        if (options is null)
        {
            yield break;
        }

        if (isKey)
        {
            yield return "主键,必填 key, required";
        }
        else if (options.Required)
        {
            yield return "必填 required";
        }

        if (options.Unit.Length > 0)
        {
            yield return $"单位 unit: {options.Unit}";
        }

        // Texts of 64-bit numbers have no minimum in JSON Schema.
        if (options.HasMin || options.HasMax)
        {
            yield return $"范围 range: {Limit(options.HasMin, options.Min)} – {Limit(options.HasMax, options.Max)}";
        }

        if (options.Format != Format.Unspecified && Formats.FindValueByNumber((int)options.Format) is { } format)
        {
            yield return $"格式 format: {ContractComments.Of(format)}";
        }

        if (options.Reference.Length > 0)
        {
            yield return $"引用 refers to: `{options.Reference}`{(options.ReferenceOpen ? "(可为未报送的对象 may be one that nobody reports)" : "")}";
        }

        if (options.Deadline is { } deadline)
        {
            yield return $"时限 deadline: {deadline.Zh} {deadline.En}";
        }

        if (options.Filterable)
        {
            yield return $"可筛选 filterable: `{field.Name}`";
        }

        if (options.DataClass is not (DataClass.Unspecified or DataClass.Public))
        {
            yield return $"数据类别 data class: {options.DataClass.ToString().ToUpperInvariant()}";
        }
    }

    private static string Limit(bool isSet, long limit) => isSet ? limit.ToString(CultureInfo.InvariantCulture) : "…";
}
