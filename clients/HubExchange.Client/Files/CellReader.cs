using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using Format = HubExchange.V1.Format;

namespace HubExchange.Client.Files;

/// <summary>Writes the value of a cell into a field of a record.</summary>
internal static class CellReader
{
    private static readonly char[] ListSeparators = [';', '\uFF1B'];
    private static readonly string[] Yes = ["是", "有", "true", "1", "y", "yes"];
    private static readonly string[] No = ["否", "无", "false", "0", "n", "no"];

    /// <exception cref="CellException">The cell cannot be read.</exception>
    public static void Read(EntityType type, Column column, string text, IMessage record)
    {
        var field = column.Field!;
        var descriptor = field.Descriptor;
        if (descriptor.IsMap || (descriptor.FieldType == FieldType.Message && !IsTimestamp(descriptor)))
        {
            ReadJson(type, field, text, record);
        }
        else if (descriptor.IsRepeated)
        {
            var list = (IList)descriptor.Accessor.GetValue(record);
            foreach (var part in text.Split(ListSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                list.Add(ReadValue(field, column.Factor, part));
            }
        }
        else
        {
            descriptor.Accessor.SetValue(record, ReadValue(field, column.Factor, text));
        }
    }

    private static object ReadValue(EntityField field, decimal factor, string text) => field.Descriptor.FieldType switch
    {
        FieldType.String => (object)ReadText(field, text),
        FieldType.Int32 => (int)CellNumber.ReadInteger(text, factor, int.MinValue, int.MaxValue),
        FieldType.Int64 => CellNumber.ReadInteger(text, factor, long.MinValue, long.MaxValue),
        FieldType.Bool => ReadBoolean(text),
        FieldType.Enum => ReadCode(field.Codes!, text),
        FieldType.Bytes => ReadBytes(text),
        FieldType.Message => CellDate.ReadInstant(text),
        _ => throw new CellException(
            $"字段 {field.Name} 不能从表格读取,请改用 JSON Lines 文件。",
            $"The field {field.Name} cannot be read from a spreadsheet; use a JSON Lines file."),
    };

    private static string ReadText(EntityField field, string text)
    {
        var format = field.Options.Format;
        switch (format)
        {
            case Format.Date:
                return CellDate.ReadDate(text);
            case Format.Decimal:
                return CellNumber.ReadDecimal(text);
            case Format.Unspecified when field.Options.Reference.Length == 0:
                return text;
        }

        var code = CellText.HalfWidth(text);
        if (CellText.IsScientific(code))
        {
            throw CellNumber.Scientific(text);
        }

        if (format is Format.Year or Format.Period && code.EndsWith('年'))
        {
            code = code[..^1];
        }

        return field.IsCode ? CanonicalText.OfCode(code) : code.Trim();
    }

    private static bool ReadBoolean(string text)
    {
        var plain = CellText.HalfWidth(text);
        return Yes.Contains(plain, StringComparer.OrdinalIgnoreCase) ||
            (No.Contains(plain, StringComparer.OrdinalIgnoreCase)
                ? false
                : throw new CellException($"“{text}”应为“是”或“否”。", $"'{text}' should be 是 (yes) or 否 (no)."));
    }

    private static int ReadCode(CodeList codes, string text)
    {
        if ((codes.Find(text) ?? codes.Find(CellText.HalfWidth(text))) is { } code)
        {
            return code.Number;
        }

        var labels = codes.Codes.Take(12).Select(known => known.Label).ToArray();
        var more = codes.Codes.Count > labels.Length ? "…" : "";
        throw new CellException(
            $"“{text}”不在代码表“{codes.Label}”中。可用:{string.Join("、", labels)}{more}。",
            $"'{text}' is not in the code list. Possible: {string.Join(", ", codes.Codes.Take(12).Select(known => known.Name))}{more}.");
    }

    private static ByteString ReadBytes(string text)
    {
        try
        {
            return ByteString.FromBase64(text);
        }
        catch (FormatException)
        {
            throw new CellException("内容不是 Base64 编码。", "The cell is not Base64.");
        }
    }

    // The parser reads whole messages only: the cell becomes the one field of a new record, which is then merged.
    private static void ReadJson(EntityType type, EntityField field, string text, IMessage record)
    {
        try
        {
            var json = field.IsList && !text.StartsWith('[') ? $"[{CommaSeparated(text)}]" : text;
            var parsed = JsonParser.Default.Parse($"{{{JsonSerializer.Serialize(field.Name)}:{json}}}", type.Message);
            record.MergeFrom(parsed.ToByteString());
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            var example = field.IsList ? "{…};{…}" : "{…}";
            throw new CellException(
                $"应填写 JSON,如 {example}:{exception.Message}", $"The cell should hold JSON, e.g. {example}: {exception.Message}");
        }
    }

    /// <summary><c>{…};{…}</c> as the inside of a JSON array: separators between objects become commas, those in texts stay.</summary>
    private static string CommaSeparated(string text)
    {
        var depth = 0;
        var isInText = false;
        var result = text.ToCharArray();
        for (var i = 0; i < result.Length; i++)
        {
            switch (result[i])
            {
                case '\\' when isInText:
                    i++;
                    break;
                case '"':
                    isInText = !isInText;
                    break;
                case '{' or '[' when !isInText:
                    depth++;
                    break;
                case '}' or ']' when !isInText:
                    depth--;
                    break;
                case ';' or '\uFF1B' when !isInText && depth == 0:
                    result[i] = ',';
                    break;
            }
        }

        return new string(result).TrimEnd(',');
    }

    private static bool IsTimestamp(FieldDescriptor descriptor) => descriptor.MessageType == Timestamp.Descriptor;
}
