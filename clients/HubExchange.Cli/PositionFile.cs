using System.Globalization;

namespace HubExchange.Cli;

/// <summary>A file with the position a watch goes on after. It is replaced as a whole, so an interruption leaves the old or the new one.</summary>
internal sealed class PositionFile(string path)
{
    /// <summary>The position as the hub gave it, a resume token, or a number; null while there is no file.</summary>
    public string? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var text = File.ReadAllText(path).Trim();
        return IsPosition(text)
            ? text
            : throw new UsageException($"文件 {path} 中不是位置。", $"{path} does not hold a position.");
    }

    /// <summary>Whether a text is a position: a number, with the mark of a resume token or without.</summary>
    public static bool IsPosition(string text) =>
        long.TryParse(text.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out _);

    public void Write(string position)
    {
        var next = $"{path}.new";
        File.WriteAllText(next, position);
        File.Move(next, path, overwrite: true);
    }
}
