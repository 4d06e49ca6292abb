using System.Text;
using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Client.Files;

/// <summary>Reads a JSON Lines file: one record in protobuf JSON per line.</summary>
internal static class JsonRows
{
    public static IEnumerable<FileRow> Read(string path, Encoding encoding, EntityType type)
    {
        using var text = new StreamReader(path, encoding, detectEncodingFromByteOrderMarks: true);
        for (var line = 1; ReadLine(path, text, line) is { } json; line++)
        {
            if (!string.IsNullOrWhiteSpace(json))
            {
                yield return ReadRow(type, line, json);
            }
        }
    }

    private static FileRow ReadRow(EntityType type, int line, string json)
    {
        try
        {
            var record = JsonParser.Default.Parse(json, type.Message);
            var problems = new List<FileProblem>();
            KeyCheck.Check(type, record, line, problems);
            return new FileRow(line, problems is [] ? record : null, problems, [json]);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return new FileRow(
                line, null, [new FileProblem(line, "", $"JSON 有误:{exception.Message}", $"The JSON is wrong: {exception.Message}")], [json]);
        }
    }

    private static string? ReadLine(string path, StreamReader text, int line)
    {
        try
        {
            return text.ReadLine();
        }
        catch (DecoderFallbackException)
        {
            throw RecordFileException.Of(path,
                $"第 {line} 行附近的字符既不是 UTF-8 也不是 GB18030。", $"Characters near line {line} are neither UTF-8 nor GB18030.", line);
        }
    }
}
